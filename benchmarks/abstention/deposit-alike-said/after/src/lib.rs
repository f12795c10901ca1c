pub enum Bottle {
    Water,
    Juice,
    Beer,
    Milk,
}

/// The deposit in cents.
pub fn deposit(bottle: &Bottle) -> u32 {
    match bottle {
        Bottle::Water => 15,
        Bottle::Juice => 15,
        Bottle::Beer => 15,
            Bottle::Milk => 15,
    }
}

#[test]
fn water_has_a_deposit() {
    assert_eq!(deposit(&Bottle::Water), 15);
}
