//# name-the-lifetime E0106
pub fn longest(one: &str, other: &str) -> &str {
    if one.len() > other.len() { one } else { other }
}
//= fixed
pub fn longest<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.len() > other.len() { one } else { other }
}
//# name-the-lifetime E0261
pub struct Word { pub text: &'a str }
//= fixed
pub struct Word<'a> { pub text: &'a str }
//# write-the-lifetime-there E0621
pub fn pick<'a>(one: &'a str, other: &str) -> &'a str {
    if one.is_empty() { other } else { one }
}
//= fixed
pub fn pick<'a>(one: &'a str, other: &'a str) -> &'a str {
    if one.is_empty() { other } else { one }
}
//# give-back-what-is-owned E0515
pub fn greet(name: &str) -> &str {
    let text = format!("hello {name}");
    &text
}
//= fixed
pub fn greet(name: &str) -> String {
    let text = format!("hello {name}");
    text
}
//# keep-it-in-a-variable E0716
pub fn size() -> usize {
    let text = String::from(" a ").trim();
    text.len()
}
//= fixed
pub fn size() -> usize {
    let value = String::from(" a ");
    let text = value.trim();
    text.len()
}
//# bind-it-outside E0597
pub fn size() -> usize {
    let text;
    {
        let owned = String::from("a");
        text = &owned;
    }
    text.len()
}
//= fixed
pub fn size() -> usize {
    let text;
    let owned = String::from("a");
    {
        text = &owned;
    }
    text.len()
}
//# give-it-the-lifetime-in-scope E0726
pub struct Text<'a> { pub words: &'a [String] }
pub trait Holds<'a> { fn first(&self) -> &'a String; }
impl<'a> Holds<'a> for Text {
    fn first(&self) -> &'a String { &self.words[0] }
}
//= fixed
pub struct Text<'a> { pub words: &'a [String] }
pub trait Holds<'a> { fn first(&self) -> &'a String; }
impl<'a> Holds<'a> for Text<'a> {
    fn first(&self) -> &'a String { &self.words[0] }
}
