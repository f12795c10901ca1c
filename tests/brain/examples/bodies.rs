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
//# hand-it-on-as-the-others-do E0046
pub struct Kept<I> { inner: I, seen: usize }
impl<I: Iterator> Iterator for Kept<I> {
    type Item = I::Item;
    fn size_hint(&self) -> (usize, Option<usize>) {
        (&self.inner).size_hint()
    }
}
impl<I> Kept<I> { pub fn seen(&self) -> usize { self.seen } }
//= fixed
pub struct Kept<I> { inner: I, seen: usize }
impl<I: Iterator> Iterator for Kept<I> {
    type Item = I::Item;
    fn size_hint(&self) -> (usize, Option<usize>) {
        (&self.inner).size_hint()
    }
    fn next(&mut self) -> Option<<Self as Iterator>::Item> {
        (&mut self.inner).next()
    }
}
impl<I> Kept<I> { pub fn seen(&self) -> usize { self.seen } }
//# ask-the-fields E0046
pub trait Measured { fn size(&self) -> usize; }
pub struct Line { pub text: String }
impl Measured for Line {}
//= fixed
pub trait Measured { fn size(&self) -> usize; }
pub struct Line { pub text: String }
impl Measured for Line {
    fn size(&self) -> usize {
        self.text.len()
    }
}
