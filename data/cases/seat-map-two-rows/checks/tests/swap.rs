use seat_map::{Hall, Place};

fn place(row: usize, seat: usize) -> Place {
    Place { row, seat }
}

#[test]
fn guests_swap_across_rows_and_within_one() {
    let mut hall = Hall::new(2, 3);
    assert!(hall.book(place(0, 0), "ana"));
    assert!(!hall.book(place(0, 0), "eve"));
    assert!(hall.book(place(1, 2), "ben"));
    hall.swap(place(0, 0), place(1, 2));
    assert_eq!(hall.guest(place(0, 0)), Some("ben"));
    assert_eq!(hall.guest(place(1, 2)), Some("ana"));
    hall.swap(place(0, 0), place(0, 1));
    assert_eq!(hall.guest(place(0, 0)), None);
    assert_eq!(hall.guest(place(0, 1)), Some("ben"));
}
