use crate::extent::Extent;

/// A bent hallway: two legs of the same width that share a corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hallway {
    pub width: f64,
    pub legs: (f64, f64),
}

impl Extent for Hallway {
    fn area(&self) -> f64 {
        (self.legs.0 + self.legs.1 - self.width) * self.width
    }

    fn edge(&self) -> f64 {
        2.0 * (self.legs.0 + self.legs.1)
    }
}
