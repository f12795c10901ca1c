pub struct Leg {
    pub runner: String,
    pub next: Option<Box<Leg>>,
}

/// How many legs there are from here on.
pub fn legs(leg: &Leg) -> u32 {
    1 + leg.next.as_ref().map_or(0, |next| legs(next))
}

#[test]
fn one_leg_is_one() {
    assert_eq!(legs(&Leg { runner: String::new(), next: None }), 1);
}
