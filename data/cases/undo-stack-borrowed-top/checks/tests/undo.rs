use undo_stack::Field;

#[test]
fn letters_typed_in_one_go_are_one_step() {
    let mut field = Field::default();
    for (at, letter) in "rust".chars().enumerate() {
        field.type_letter(letter, at as u64 * 100);
    }
    field.type_letter('!', 2_000);
    assert_eq!(field.longest_pause(), 2_000);
    assert!(field.undo());
    assert_eq!(field.text(), "rust");
    assert!(field.undo());
    assert_eq!(field.text(), "");
    assert!(!field.undo());
}
