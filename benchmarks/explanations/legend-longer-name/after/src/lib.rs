/// The longer of two names; the first when they are alike.
pub fn longer<'a>(one: &'a str, other: &'a str) -> &'a str {
    if other.len() > one.len() {
        other
    } else {
        one
    }
}

#[test]
fn the_longer_one_wins() {
    assert_eq!(longer("ab", "abc"), "abc");
}
