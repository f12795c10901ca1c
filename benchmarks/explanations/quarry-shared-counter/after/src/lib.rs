/// The loads, counted on another thread, and their names.
pub fn counted(loads: Vec<String>) -> (usize, String) {
    let copy = loads.clone();
    let counter = std::thread::spawn(move || copy.len());
    let count = counter.join().unwrap_or(0);
    (count, loads.join(", "))
}

#[test]
fn loads_are_named() {
    assert_eq!(counted(vec!["a".into(), "b".into()]), (2, "a, b".to_string()));
}
