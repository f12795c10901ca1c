use mail_queue::{Message, Outbox};

fn message(recipient: &str, body: &str) -> Message {
    Message {
        recipient: recipient.to_string(),
        body: body.to_string(),
    }
}

#[test]
fn the_outbox_counts_a_recipients_messages() {
    let mut outbox = Outbox::default();
    assert_eq!(outbox.enqueue(message("ana", "one")), 1);
    assert_eq!(outbox.enqueue(message("ben", "two")), 1);
    assert_eq!(outbox.enqueue(message("ana", "three")), 2);
    assert_eq!(outbox.dispatch(), Some(message("ana", "one")));
    assert_eq!(outbox.waiting_for("ana"), 1);
    assert_eq!(outbox.waiting_for("ben"), 1);
}
