/// Both scores together.
pub fn together<T>(one: T, other: T) -> T {
    one + other
}

#[test]
fn scores_add_up() {
    assert_eq!(together(2, 3), 5);
}
