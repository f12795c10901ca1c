use header_names::{BadLine, Head};

#[test]
fn names_are_compared_without_case() {
    let head = Head::parse("Accept : text\naccept: html\nHost: here\n\nBody: no\n").unwrap();
    assert_eq!(head.get("ACCEPT"), Some("text, html"));
    assert_eq!(head.get("host"), Some("here"));
    assert_eq!(head.get("body"), None);
}

#[test]
fn a_line_without_a_name_is_refused() {
    assert_eq!(Head::parse("Host: a\n : b\n"), Err(BadLine(2)));
    assert_eq!(Head::parse("nonsense\n"), Err(BadLine(1)));
}
