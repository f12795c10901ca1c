use desk::command;
use shelf::Shelf;

#[test]
fn a_copy_is_lent_to_one_reader_at_a_time() {
    let mut shelf = Shelf::default();
    assert_eq!(command(&mut shelf, "lend 12 4"), "12 goes to 4");
    assert_eq!(command(&mut shelf, "lend 12 5"), "12 is with 4");
    assert_eq!(command(&mut shelf, "return 12"), "4 brought 12 back");
    assert_eq!(command(&mut shelf, "return 12"), "12 was not lent");
    assert_eq!(
        command(&mut shelf, "lend"),
        "lend COPY READER, or return COPY"
    );
}
