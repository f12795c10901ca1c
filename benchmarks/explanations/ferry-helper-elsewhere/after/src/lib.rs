pub mod fares {
    /// The price of a car, by its length in metres.
    pub fn car(metres: u32) -> u32 {
        12 + 3 * metres
    }
}

/// What a family pays.
pub fn family(people: u32, metres: u32) -> u32 {
    people * 4 + fares::car(metres)
}

#[test]
fn a_family_pays_for_people_and_car() {
    assert_eq!(family(2, 4), 32);
}
