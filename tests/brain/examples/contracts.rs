//# agree-with-the-trait E0050
pub trait Speak { fn say(&self, times: u32) -> u32; }
pub struct Dog;
impl Speak for Dog {
    fn say(&self) -> u32 { 1 }
}
//= fixed
pub trait Speak { fn say(&self, times: u32) -> u32; }
pub struct Dog;
impl Speak for Dog {
    fn say(&self, times: u32) -> u32 { 1 }
}
//# agree-with-the-trait E0186
pub trait Speak { fn say(&self) -> u32; }
pub struct Dog;
impl Speak for Dog {
    fn say() -> u32 { 1 }
}
//= fixed
pub trait Speak { fn say(&self) -> u32; }
pub struct Dog;
impl Speak for Dog {
    fn say(&self) -> u32 { 1 }
}
//# agree-with-the-trait E0049
pub trait Keep { fn keep<T: Clone>(&self, value: T) -> T; }
pub struct Box2;
impl Keep for Box2 {
    fn keep(&self, thing: u32) -> u32 { thing }
}
//= fixed
pub trait Keep { fn keep<T: Clone>(&self, value: T) -> T; }
pub struct Box2;
impl Keep for Box2 {
    fn keep<T: Clone>(&self, thing: T) -> T { thing }
}
//# keep-to-the-trait-about-self E0185
pub struct Age(pub u32);
impl From<u32> for Age {
    fn from(&self, years: u32) -> Age { Age(years) }
}
//= fixed
pub struct Age(pub u32);
impl From<u32> for Age {
    fn from(years: u32) -> Age { Age(years) }
}
//# take-the-traits-type E0326
pub trait Sized2 { const SIZE: usize; }
pub struct Page;
impl Sized2 for Page { const SIZE: u64 = 9; }
//= fixed
pub trait Sized2 { const SIZE: usize; }
pub struct Page;
impl Sized2 for Page { const SIZE: usize = 9; }
//# name-the-associated-type E0046
pub struct Up(pub u32);
impl Iterator for Up {
    fn next(&mut self) -> Option<u32> {
        self.0 += 1;
        Some(self.0)
    }
}
//= fixed
pub struct Up(pub u32);
impl Iterator for Up {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        self.0 += 1;
        Some(self.0)
    }
}
//# name-the-associated-type E0046
pub struct Metres(pub f64);
impl std::ops::Add for Metres { fn add(self, more: Metres) -> Metres { Metres(self.0 + more.0) } }
//= fixed
pub struct Metres(pub f64);
impl std::ops::Add for Metres { type Output = Metres; fn add(self, more: Metres) -> Metres { Metres(self.0 + more.0) } }
//# do-as-the-sibling-does E0046
pub trait Named { fn name(&self) -> String { self.id() } fn id(&self) -> String; }
pub struct Cat;
pub struct Dog;
impl Named for Cat {
    fn id(&self) -> String { std::any::type_name_of_val(self).to_owned() }
}
impl Named for Dog {}
//= fixed
pub trait Named { fn name(&self) -> String { self.id() } fn id(&self) -> String; }
pub struct Cat;
pub struct Dog;
impl Named for Cat {
    fn id(&self) -> String { std::any::type_name_of_val(self).to_owned() }
}
impl Named for Dog {
    fn id(&self) -> String { std::any::type_name_of_val(self).to_owned() }
}
//# declare-it-in-the-trait E0407
pub trait Speak { fn say(&self); }
pub struct Dog;
impl Speak for Dog {
    fn say(&self) {}
    fn bark(&self, times: u32) -> u32 { times }
}
//= fixed
pub trait Speak { fn say(&self); fn bark(&self, times: u32) -> u32; }
pub struct Dog;
impl Speak for Dog {
    fn say(&self) {}
    fn bark(&self, times: u32) -> u32 { times }
}
//# declare-it-in-the-trait E0437
pub trait Speak {}
pub struct Dog;
impl Speak for Dog { type Word = u32; }
//= fixed
pub trait Speak { type Word; }
pub struct Dog;
impl Speak for Dog { type Word = u32; }
//# take-what-the-trait-hands-over E0050
pub struct Meters(pub u32);
impl PartialEq for Meters {
    fn eq(&self) -> bool { self.0 == other.0 }
}
//= fixed
pub struct Meters(pub u32);
impl PartialEq for Meters {
    fn eq(&self, other: &Self) -> bool { self.0 == other.0 }
}
//# take-what-the-trait-hands-over E0050
use std::fmt;
pub struct Line(pub u8);
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
}
impl fmt::Display for Line {
    fn fmt(&self) -> fmt::Result { f.write_str("line") }
}
//= fixed
use std::fmt;
pub struct Line(pub u8);
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(self, f) }
}
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("line") }
}
//# name-the-associated-type E0046
pub trait Store { type Key; fn keep(&mut self, key: Self::Key) -> bool; }
pub struct Memory(pub Vec<String>);
impl Store for Memory {
    fn keep(&mut self, key: String) -> bool { self.0.push(key); true }
}
//= fixed
pub trait Store { type Key; fn keep(&mut self, key: Self::Key) -> bool; }
pub struct Memory(pub Vec<String>);
impl Store for Memory {
    type Key = String;
    fn keep(&mut self, key: String) -> bool { self.0.push(key); true }
}
