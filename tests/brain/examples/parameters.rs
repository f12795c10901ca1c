//# take-the-parameter E0425
pub struct Shelf(Vec<u8>);
impl Shelf {
    pub fn get(&self, place: usize) -> Option<&u8> { self.0.get(place) }
    pub fn has(&self) -> bool { self.0.get(place).is_some() }
}
//= fixed
pub struct Shelf(Vec<u8>);
impl Shelf {
    pub fn get(&self, place: usize) -> Option<&u8> { self.0.get(place) }
    pub fn has(&self, place: usize) -> bool { self.0.get(place).is_some() }
}
//# take-the-parameter E0061
fn larger(b: usize) -> usize { if a > b { a } else { b } }
pub fn largest(list: &[usize]) -> usize { list.iter().fold(0, |most, each| larger(most, *each)) }
//= fixed
fn larger(a: usize, b: usize) -> usize { if a > b { a } else { b } }
pub fn largest(list: &[usize]) -> usize { list.iter().fold(0, |most, each| larger(most, *each)) }
//# take-the-parameter E0425
fn scaled(by: u32) -> u32 { value * by }
pub fn doubled(value: u32) -> u32 { scaled(value, 2) }
//= fixed
fn scaled(value: u32, by: u32) -> u32 { value * by }
pub fn doubled(value: u32) -> u32 { scaled(value, 2) }
