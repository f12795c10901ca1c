pub struct Locker {
    pub tag: Option<String>,
}

/// How wide the tag is; nothing for a locker without.
pub fn width(locker: &Locker) -> usize {
    locker.tag.as_deref().unwrap_or("").chars().count()
}

#[test]
fn a_tag_has_a_width() {
    assert_eq!(width(&Locker { tag: Some("K12".to_string()) }), 3);
    assert_eq!(width(&Locker { tag: None }), 0);
}
