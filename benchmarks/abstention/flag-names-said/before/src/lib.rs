pub enum Flag {
    Red,
    Green,
    Chequered,
}

/// What is shown for a flag.
pub fn shown(flag: &Flag) -> &'static str {
    match flag {
        Flag::Red => "red",
        Flag::Green => "green",
    }
}

#[test]
fn a_flag_shows_its_colour() {
    assert_eq!(shown(&Flag::Red), "red");
}
