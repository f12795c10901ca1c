/// The sacks that a mill fills in some hours.
pub fn sacks(hours: u32) -> u32 {
    hours * 3
}

#[test]
fn an_hour_fills_three() {
    assert_eq!(sacks(1), 3);
}
