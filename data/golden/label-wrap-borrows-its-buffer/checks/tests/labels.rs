use label_text::wrap;

#[test]
fn width_counts_characters() {
    assert_eq!(wrap("für Ärzte öffnen", 9), ["für Ärzte", "öffnen"]);
    assert_eq!(wrap("für Ärzte öffnen", 8), ["für", "Ärzte", "öffnen"]);
}

#[test]
fn an_empty_line_stays() {
    assert_eq!(wrap("up\n\ndown", 10), ["up", "", "down"]);
    assert!(wrap("", 10).is_empty());
}

#[test]
fn spaces_around_a_line_are_none_of_it() {
    assert_eq!(wrap("  keep dry  ", 10), ["keep dry"]);
    assert_eq!(wrap("one two ", 3), ["one", "two"]);
}

#[test]
fn nothing_is_copied() {
    let text = String::from("this side up, keep dry");
    for line in wrap(&text, 9) {
        assert!(text.as_bytes().as_ptr_range().contains(&line.as_ptr()));
    }
}
