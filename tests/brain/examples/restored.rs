//# bind-it-as-elsewhere E0425
pub fn one(text: &str) -> usize {
    let parts = text.split(',').count();
    parts + 1
}
pub fn two(text: &str) -> usize {
    parts + 2
}
//= fixed
pub fn one(text: &str) -> usize {
    let parts = text.split(',').count();
    parts + 1
}
pub fn two(text: &str) -> usize {
    let parts = text.split(',').count();
    parts + 2
}
//# declare-the-field E0560
pub struct Line<'a> {
    text: &'a str,
}
impl<'a> Line<'a> {
    pub fn new(text: &'a str, width: usize) -> Line<'a> { Line { text, width } }
    pub fn fits(&self) -> bool { self.text.len() <= self.width }
}
//= fixed
pub struct Line<'a> {
    text: &'a str,
    width: usize,
}
impl<'a> Line<'a> {
    pub fn new(text: &'a str, width: usize) -> Line<'a> { Line { text, width } }
    pub fn fits(&self) -> bool { self.text.len() <= self.width }
}
//# declare-the-field E0560
pub struct Pair<L, R> {
}
impl<L, R> Pair<L, R> {
    pub fn new(inner: (L, R)) -> Self { Self { inner } }
    pub fn left(&self) -> &L { &self.inner.0 }
}
//= fixed
pub struct Pair<L, R> {
    inner: (L, R),
}
impl<L, R> Pair<L, R> {
    pub fn new(inner: (L, R)) -> Self { Self { inner } }
    pub fn left(&self) -> &L { &self.inner.0 }
}
//# match-it-in-the-condition E0425
pub fn twice(number: Option<u32>) -> u32 {
    if number { value * 2 } else { 0 }
}
//= fixed
pub fn twice(number: Option<u32>) -> u32 {
    if let Some(value) = number { value * 2 } else { 0 }
}
//# answer-all-other-cases E0004
pub fn fold(letter: u32) -> u32 {
    match letter {
        65..=90 => letter + 32,
        200 => letter + 1,
    }
}
//= fixed
pub fn fold(letter: u32) -> u32 {
    match letter {
        65..=90 => letter + 32,
        200 => letter + 1,
        _ => letter,
    }
}
