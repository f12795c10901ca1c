use keymap_loader::{parse_chord, parse_keymap, KeymapError};

#[test]
fn modifiers_come_in_any_order() {
    assert_eq!(parse_chord("ctrl+shift+k"), parse_chord("shift + ctrl + k"));
    assert_ne!(parse_chord("ctrl+k"), parse_chord("k"));
}

#[test]
fn a_file_is_read_line_by_line() {
    let keys = parse_keymap("# files\nctrl+s = save\n\nctrl+q = quit # ask first\n").unwrap();
    assert_eq!(keys[&parse_chord("ctrl+s")], "save");
    assert_eq!(keys[&parse_chord("ctrl+q")], "quit");
    assert_eq!(parse_keymap("a = b\nc\n"), Err(KeymapError::NoCommand(2)));
    assert_eq!(parse_keymap("a = b\na = c\n"), Err(KeymapError::Twice(2)));
}
