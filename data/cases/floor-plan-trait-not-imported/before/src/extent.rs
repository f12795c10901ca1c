/// What has an area and an edge. Lengths are in metres.
pub trait Extent {
    fn area(&self) -> f64;
    fn edge(&self) -> f64;

    /// Metres of skirting board: the edge without the doors.
    fn skirting(&self, doors: f64) -> f64 {
        (self.edge() - doors).max(0.0)
    }
}
