/// What the board shows for a tram that is some minutes late.
pub fn shown(minutes: u32) -> String {
    if minutes == 0 {
        "on time"
    } else {
        format!("{minutes} min late")
    }
}

#[test]
fn a_punctual_tram_is_on_time() {
    assert_eq!(shown(0), "on time");
    assert_eq!(shown(3), "3 min late");
}
