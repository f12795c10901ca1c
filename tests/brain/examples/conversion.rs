//# convert-what-was-found E0308
pub fn fullest(found: Option<&str>) -> String {
    match found {
        Some(item) => format!("{item}!"),
        _ => "nothing",
    }
}
//= fixed
pub fn fullest(found: Option<&str>) -> String {
    match found {
        Some(item) => format!("{item}!"),
        _ => "nothing".to_string(),
    }
}
//# convert-what-was-found E0308
pub fn names(all: &[String]) -> Vec<usize> {
    all.iter().map(|name| name.len())
}
//= fixed
pub fn names(all: &[String]) -> Vec<usize> {
    all.iter().map(|name| name.len()).collect()
}
//# convert-what-was-found E0308
pub struct Point { pub x: f64 }
pub fn at(x: f32) -> Point {
    Point { x }
}
//= fixed
pub struct Point { pub x: f64 }
pub fn at(x: f32) -> Point {
    Point { x: x as f64 }
}
//# convert-what-was-found E0308
pub fn letter() -> char {
    "a"
}
//= fixed
pub fn letter() -> char {
    'a'
}
//# convert-what-was-found E0308
pub fn first(values: &[i32]) -> Option<i32> {
    values.first()
}
//= fixed
pub fn first(values: &[i32]) -> Option<i32> {
    values.first().copied()
}
//# change-the-written-type E0308
pub fn length(text: &str) -> usize {
    let size: u32 = text.len();
    size
}
//= fixed
pub fn length(text: &str) -> usize {
    let size: usize = text.len();
    size
}
//# cast-the-operand E0277
pub fn at(values: &[u32], place: u32) -> u32 {
    values[place]
}
//= fixed
pub fn at(values: &[u32], place: u32) -> u32 {
    values[place as usize]
}
//# cast-the-operand E0277
pub fn mean(sum: f64, count: usize) -> f64 {
    sum / count
}
//= fixed
pub fn mean(sum: f64, count: usize) -> f64 {
    sum / count as f64
}
//# give-the-value-back E0308
pub fn next(number: u32) -> u32 {
    number + 1;
}
//= fixed
pub fn next(number: u32) -> u32 {
    number + 1
}
//# convert-what-was-found E0308
pub fn total(list: &[u32]) -> u32 { list.iter().map(|n| n * 2) }
//= fixed
pub fn total(list: &[u32]) -> u32 { list.iter().map(|n| n * 2).sum() }
//# change-the-written-type E0308
pub struct Line<'a>(&'a str);
impl<'a> Line<'a> {
    pub fn text(&self) -> &'a String { self.0 }
}
//= fixed
pub struct Line<'a>(&'a str);
impl<'a> Line<'a> {
    pub fn text(&self) -> &'a str { self.0 }
}
