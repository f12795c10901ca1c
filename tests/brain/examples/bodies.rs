//# ask-the-fields E0046
pub struct Meters(pub u32);
impl PartialEq for Meters {
}
//= fixed
pub struct Meters(pub u32);
impl PartialEq for Meters {
    fn eq(&self, other: &Meters) -> bool {
        self.0 == other.0
    }
}
//# ask-the-fields E0046
pub struct Numbers { all: std::vec::IntoIter<u32> }
impl Iterator for Numbers {
    type Item = u32;
}
//= fixed
pub struct Numbers { all: std::vec::IntoIter<u32> }
impl Iterator for Numbers {
    type Item = u32;
    fn next(&mut self) -> Option<<Self as Iterator>::Item> {
        self.all.next()
    }
}
//# answer-as-the-other-arms -
pub enum Light { Red, Green }
pub fn named(light: Light) -> &'static str {
    match light {
        Light::Red => "red",
        Light::Green => ,
    }
}
//= fixed
pub enum Light { Red, Green }
pub fn named(light: Light) -> &'static str {
    match light {
        Light::Red => "red",
        Light::Green => "green",
    }
}
