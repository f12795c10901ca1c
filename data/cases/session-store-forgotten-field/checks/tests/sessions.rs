use session_store::Sessions;

#[test]
fn idle_sessions_are_closed() {
    let mut sessions = Sessions::new(60);
    let ana = sessions.open("ana", 100);
    let ben = sessions.open("ben", 100);
    assert_eq!(sessions.sweep(150), 0);
    assert!(sessions.touch(ana, 155));
    assert_eq!(sessions.sweep(170), 1);
    assert!(!sessions.touch(ben, 171));
    assert!(sessions.touch(ana, 171));
}
