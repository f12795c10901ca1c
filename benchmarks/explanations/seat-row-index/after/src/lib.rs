/// The guest on a seat.
pub fn guest(row: &[&'static str], seat: u32) -> &'static str {
    row[seat as usize]
}

#[test]
fn the_first_seat_is_zero() {
    assert_eq!(guest(&["Ada"], 0), "Ada");
}
