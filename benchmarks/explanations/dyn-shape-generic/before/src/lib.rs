pub trait Shape {
    fn area(&self) -> u32;
    fn scale<T: Into<u32>>(&self, by: T) -> u32;
}

/// The area of all shapes.
pub fn total(shapes: &[Box<dyn Shape>]) -> u32 {
    shapes.iter().map(|shape| shape.area()).sum()
}
