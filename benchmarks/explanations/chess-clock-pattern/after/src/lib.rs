pub enum Move {
    Press(u32),
    Pause(u32, u32),
}

/// The seconds that a move takes.
pub fn seconds(made: &Move) -> u32 {
    match made {
        Move::Press(taken) => *taken,
        Move::Pause(taken, _) => *taken,
    }
}

#[test]
fn a_pause_takes_its_first_number() {
    assert_eq!(seconds(&Move::Pause(7, 2)) + seconds(&Move::Press(1)), 8);
}
