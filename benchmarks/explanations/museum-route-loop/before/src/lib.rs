/// The first room of a route that is open.
pub fn first_open(rooms: &[(&'static str, bool)]) -> Option<&'static str> {
    for (name, open) in rooms {
        if *open {
            return Some(name);
        }
        return None;
    }
    None
}

#[test]
fn closed_rooms_are_passed() {
    assert_eq!(first_open(&[("A", false), ("B", true)]), Some("B"));
}
