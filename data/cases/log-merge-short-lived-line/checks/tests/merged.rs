use log_merge::{merge, Source};

#[test]
fn lines_come_in_the_order_of_their_stamps() {
    let mut sources = [
        Source::new("web", "10:00 start\n\n10:05 stop\n".as_bytes()),
        Source::new("db", "10:02 slow query\n".as_bytes()),
    ];
    assert_eq!(
        merge(&mut sources).unwrap(),
        "10:00 start [web]\n10:02 slow query [db]\n10:05 stop [web]\n"
    );
}
