#[derive(Debug, PartialEq)]
pub enum Voice {
    Soprano,
    Alto,
    Tenor,
}

/// Where a voice stands.
pub fn standing(row: u8) -> Voice {
    match row {
        0 => Voice::Soprano,
        1 => Voice::Alto,
        _ => Voice::Tenor,
    }
}

#[test]
fn tenors_stand_behind() {
    assert_eq!(standing(2), Voice::Tenor);
}
