//# pass-what-is-missing E0061
fn area(width: u32, height: u32) -> u32 {
    width * height
}
pub fn floor(width: u32, height: u32) -> u32 {
    let _ = height;
    area(width)
}
//= fixed
fn area(width: u32, height: u32) -> u32 {
    width * height
}
pub fn floor(width: u32, height: u32) -> u32 {
    let _ = height;
    area(width, height)
}
//# pass-what-is-missing E0061
pub struct Counter { step: u32 }
impl Counter {
    fn up(&self, from: u32, step: u32) -> u32 { from + step }
    pub fn twice(&self, from: u32) -> u32 { self.up(self.up(from, self.step)) }
}
//= fixed
pub struct Counter { step: u32 }
impl Counter {
    fn up(&self, from: u32, step: u32) -> u32 { from + step }
    pub fn twice(&self, from: u32) -> u32 { self.up(self.up(from, self.step), self.step) }
}
//# call-it-with-what-it-takes E0061
fn far(point: (u32, u32)) -> u32 { point.0 + point.1 }
pub fn home() -> u32 { far(3, 4) }
//= fixed
fn far(point: (u32, u32)) -> u32 { point.0 + point.1 }
pub fn home() -> u32 { far((3, 4)) }
