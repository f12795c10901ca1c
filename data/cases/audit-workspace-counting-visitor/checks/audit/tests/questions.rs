use audit::{refusals, was_asked_for};
use journal::Journal;

#[test]
fn only_refusals_of_the_document_count() {
    let mut journal = Journal::default();
    journal.write("ana", 7, false);
    journal.write("ben", 7, true);
    journal.write("ben", 8, false);
    journal.write("ana", 7, false);
    assert_eq!(refusals(&journal, 7), 2);
    assert_eq!(refusals(&journal, 9), 0);
    assert!(was_asked_for(&journal, 8));
    assert!(!was_asked_for(&journal, 9));
}
