/// Queues a letter; with `registered` the post asks for a signature.
pub fn queue(letters: &mut Vec<(String, bool)>, address: &str, registered: bool) {
    letters.push((address.to_string(), registered));
}

/// Queues the yearly reminders.
pub fn remind(letters: &mut Vec<(String, bool)>, members: &[&str]) {
    for member in members {
        queue(letters, member);
    }
}

#[test]
fn a_letter_is_queued() {
    let mut letters = Vec::new();
    queue(&mut letters, "Elm Road 4", true);
    assert_eq!(letters.len(), 1);
}
