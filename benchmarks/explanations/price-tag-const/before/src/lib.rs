/// What stands on every tag.
pub const TAG: String = String::from("sale");

pub fn tag() -> String {
    TAG
}

#[test]
fn a_tag_says_sale() {
    assert_eq!(tag(), "sale");
}
