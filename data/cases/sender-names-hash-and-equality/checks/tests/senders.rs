use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

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

#[test]
fn equal_senders_hash_alike() {
    // A map draws new keys in every process, and finds the wrong bucket by luck once in a hundred: these keys are fixed.
    let state = BuildHasherDefault::<DefaultHasher>::default();
    let hash = |address| state.hash_one(Sender::new(address));
    assert_eq!(hash("Ana@example.org"), hash("ana@EXAMPLE.org"));
    assert_ne!(hash("ana@example.org"), hash("ben@example.org"));
}
