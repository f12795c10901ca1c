//# add-the-missing-arm E0004
pub enum Color { Red, Green, Blue }
pub fn name(color: &Color) -> &'static str {
    match color {
        Color::Red => "red",
        Color::Green => "green",
    }
}
//= fixed
pub enum Color { Red, Green, Blue }
pub fn name(color: &Color) -> &'static str {
    match color {
        Color::Red => "red",
        Color::Green => "green",
        Color::Blue => "blue",
    }
}
//# add-the-missing-arm E0004
pub fn size(count: u8) -> &'static str {
    match count {
        0 => "none",
        1..=9 => "few",
    }
}
//= fixed
pub fn size(count: u8) -> &'static str {
    match count {
        0 => "none",
        1..=9 => "few",
        10..=u8::MAX => "few",
    }
}
//# add-the-missing-arm E0004
pub enum Shape { Square(f64), Round(f64), Flat(f64) }
pub fn width(shape: Shape) -> f64 {
    match shape {
        Shape::Square(side) => side,
        Shape::Round(radius) => 2.0 * radius,
    }
}
//= fixed
pub enum Shape { Square(f64), Round(f64), Flat(f64) }
pub fn width(shape: Shape) -> f64 {
    match shape {
        Shape::Square(side) => side,
        Shape::Round(radius) => 2.0 * radius,
        Shape::Flat(side) => side,
    }
}
//# leave-when-it-does-not-match E0005
pub fn first(values: &[u32]) -> Option<u32> {
    let [first, ..] = values;
    Some(*first)
}
//= fixed
pub fn first(values: &[u32]) -> Option<u32> {
    let [first, ..] = values else { return None };
    Some(*first)
}
//# ignore-the-other-fields E0027
pub struct Size { pub width: u32, pub height: u32 }
pub fn width(size: Size) -> u32 {
    let Size { width } = size;
    width
}
//= fixed
pub struct Size { pub width: u32, pub height: u32 }
pub fn width(size: Size) -> u32 {
    let Size { width, .. } = size;
    width
}
//# bind-what-the-variant-holds E0532
pub enum Shape { Square(u32), Line }
pub fn size(shape: Shape) -> u32 {
    match shape { Shape::Square => side * side, Shape::Line => 1 }
}
//= fixed
pub enum Shape { Square(u32), Line }
pub fn size(shape: Shape) -> u32 {
    match shape { Shape::Square(side) => side * side, Shape::Line => 1 }
}
