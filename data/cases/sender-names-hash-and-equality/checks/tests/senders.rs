use sender_names::{Counter, Sender};

#[test]
fn case_makes_no_difference() {
    let mut counter = Counter::default();
    assert_eq!(counter.note(Sender::new("Ana@example.org")), 1);
    assert_eq!(counter.note(Sender::new("ana@EXAMPLE.org ")), 2);
    assert_eq!(counter.note(Sender::new("ben@example.org")), 1);
    assert_eq!(counter.senders(), 2);
    assert_eq!(Sender::new(" Ana@example.org").address(), "Ana@example.org");
}
