/// The hours a kiln takes for a heat.
pub fn hours(heat: u32) -> u32 {
    heat / 100
}

/// The plan of a day.
pub fn plan(heats: &[u32]) -> u32 {
    heats.iter().map(|heat| hours(*heat, 2)).sum()
}

#[test]
fn heats_add_up() {
    assert_eq!(plan(&[200, 900]), 11);
}
