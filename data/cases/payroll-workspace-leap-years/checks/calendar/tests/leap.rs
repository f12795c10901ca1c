use calendar::is_leap;

#[test]
fn of_the_centuries_only_every_fourth_is_a_leap_year() {
    let leap: Vec<u32> = (1896..=2004).filter(|year| is_leap(*year)).collect();
    assert_eq!(leap.len(), 27);
    assert!(!leap.contains(&1900));
    assert!(leap.contains(&2000));
    assert!(!is_leap(2100));
    assert!(!is_leap(2023));
}
