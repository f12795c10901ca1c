use std::cell::Cell;

use tile_cache::Lru;

#[test]
fn asking_makes_young_whichever_way_it_is_asked() {
    let mut tiles = Lru::new(2);
    tiles.insert(1, "a".to_string());
    tiles.insert(2, "b".to_string());
    assert_eq!(tiles.get_or_insert_with(1, || unreachable!()), "a");
    assert_eq!(tiles.insert(3, "c".to_string()), Some((2, "b".to_string())));
    assert_eq!(tiles.get(&2), None);
    assert_eq!(tiles.get(&1).map(String::as_str), Some("a"));
    assert_eq!(tiles.insert(4, "d".to_string()), Some((3, "c".to_string())));
}

#[test]
fn a_value_is_made_only_when_it_is_missing() {
    let made = Cell::new(0);
    let make = || made.replace(made.get() + 1);
    let mut tiles = Lru::new(1);
    assert_eq!(*tiles.get_or_insert_with("x", make), 0);
    assert_eq!(*tiles.get_or_insert_with("x", make), 0);
    assert_eq!(*tiles.get_or_insert_with("y", make), 1);
    assert_eq!(*tiles.get_or_insert_with("x", make), 2);
    assert_eq!(tiles.len(), 1);
}

#[test]
fn asking_for_what_is_not_there_changes_nothing() {
    let mut tiles = Lru::new(2);
    tiles.insert("a", 1);
    assert_eq!(tiles.get(&"b"), None);
    assert_eq!(tiles.len(), 1);
}
