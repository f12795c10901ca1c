#[derive(Debug, PartialEq)]
pub enum Lamp {
    Lit,
    Dark,
}

/// What a lamp does at an hour.
pub fn at(hour: u8) -> Lamp {
    if hour > 20 {
        Lamp::Lit
    } else {
        Lamp::Dark
    }
}

#[test]
fn it_is_lit_late() {
    assert_eq!(at(22), Lamp::Lit);
}
