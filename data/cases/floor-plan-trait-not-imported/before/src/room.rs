/// A rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    pub width: f64,
    pub depth: f64,
}

impl Extent for Room {
    fn area(&self) -> f64 {
        self.width * self.depth
    }

    fn edge(&self) -> f64 {
        2.0 * (self.width + self.depth)
    }
}
