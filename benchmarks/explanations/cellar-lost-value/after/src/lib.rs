/// How many bottles are left.
pub fn left(bottles: u32, drunk: u32) -> u32 {
    bottles.saturating_sub(drunk)
}

#[test]
fn some_are_left() {
    assert_eq!(left(6, 2), 4);
}
