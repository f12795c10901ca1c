//# give-the-missing-argument -
pub struct Line { name: String, width: usize }
impl Line {
    pub fn shown(&self) -> String { format!("{} {}", self.name) }
    pub fn width(&self) -> usize { self.width }
}
//= fixed
pub struct Line { name: String, width: usize }
impl Line {
    pub fn shown(&self) -> String { format!("{} {}", self.name, self.width) }
    pub fn width(&self) -> usize { self.width }
}
