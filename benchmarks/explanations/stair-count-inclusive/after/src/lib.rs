/// The height at the given step, the first being 1.
pub fn height(step: u32, rise: u32) -> u32 {
    (1..=step).map(|_| rise).sum()
}

#[test]
fn the_last_step_counts() {
    assert_eq!(height(3, 17), 51);
}
