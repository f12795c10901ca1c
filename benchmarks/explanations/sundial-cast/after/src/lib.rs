/// The hour that a shadow falls on, from its label.
pub fn hour(label: &str) -> u8 {
    label.parse().unwrap_or(0)
}

#[test]
fn a_label_is_its_number() {
    assert_eq!(hour("7"), 7);
}
