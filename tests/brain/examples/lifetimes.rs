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
//# let-it-live-as-long-as-it-must E0521
pub fn kept(text: &'static str) -> &'static str { text }
pub fn width(text: &str, wider: &str) -> usize { kept(text).len() + wider.len() }
//= fixed
pub fn kept(text: &'static str) -> &'static str { text }
pub fn width(text: &'static str, wider: &str) -> usize { kept(text).len() + wider.len() }
//# name-what-the-compiler-leaves-open E0726
pub struct Line<'a, T>(pub &'a T);
pub trait Shown<'a, T> { fn shown(self) -> &'a T; }
impl<'a, T> Shown<'a, T> for Line<T> {
    fn shown(self) -> &'a T { self.0 }
}
//= fixed
pub struct Line<'a, T>(pub &'a T);
pub trait Shown<'a, T> { fn shown(self) -> &'a T; }
impl<'a, T> Shown<'a, T> for Line<'a, T> {
    fn shown(self) -> &'a T { self.0 }
}
