/// The hour that a shadow falls on, from its label.
pub fn hour(label: &str) -> u8 {
    label as u8
}

#[test]
fn a_label_is_its_number() {
    assert_eq!(hour("7"), 7);
}
