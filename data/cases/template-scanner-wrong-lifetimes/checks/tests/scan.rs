use template_scanner::{names, Piece, Scanner};

#[test]
fn text_and_names_alternate() {
    let pieces: Vec<Piece> = Scanner::new("Dear { name }, {day}!").collect();
    assert_eq!(
        pieces,
        [
            Piece::Text("Dear "),
            Piece::Name("name"),
            Piece::Text(", "),
            Piece::Name("day"),
            Piece::Text("!"),
        ]
    );
}

#[test]
fn an_open_brace_is_text() {
    assert_eq!(names("a { b"), [""; 0]);
    assert_eq!(names("{a}{b}"), ["a", "b"]);
    assert_eq!(Scanner::new("x{y").count(), 2);
}
