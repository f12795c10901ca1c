/// How many trees are at least as old as the given age.
pub fn bearing(ages: &[u32], age: u32) -> usize {
    ages.iter().filter(|tree| **tree >= age).count()
}

#[test]
fn trees_of_that_age_count() {
    assert_eq!(bearing(&[1, 4, 6], 4), 2);
}
