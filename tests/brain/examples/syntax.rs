//# balance-the-delimiters -
pub fn sum(values: &[u32]) -> u32 {
    let mut total = 0;
    for value in values {
        if *value > 1 {
            total += value;
    }
    total
}

pub fn one() -> u32 {
    1
}
//= fixed
pub fn sum(values: &[u32]) -> u32 {
    let mut total = 0;
    for value in values {
        if *value > 1 {
            total += value;
        }
    }
    total
}

pub fn one() -> u32 {
    1
}
//# balance-the-delimiters -
pub fn most(a: u32, b: u32) -> u32 {
    let both = a.max(b.max(1);
    both
}
//= fixed
pub fn most(a: u32, b: u32) -> u32 {
    let both = a.max(b.max(1));
    both
}
//# balance-the-delimiters -
pub struct Point { pub x: u32 }
impl Point {
    pub fn far(&self) -> bool
        self.x > 9
    }
    pub fn near(&self) -> bool {
        !self.far()
    }
}
//= fixed
pub struct Point { pub x: u32 }
impl Point {
    pub fn far(&self) -> bool {
        self.x > 9
    }
    pub fn near(&self) -> bool {
        !self.far()
    }
}
//# balance-the-delimiters -
pub fn list() -> Vec<u32> {
    vec![1, 2, 3)
}
//= fixed
pub fn list() -> Vec<u32> {
    vec![1, 2, 3]
}
//# balance-the-delimiters -
pub fn add(a: u32, b: u32) -> u32 {
    (a + b))
}
//= fixed
pub fn add(a: u32, b: u32) -> u32 {
    (a + b)
}
//# balance-the-delimiters -
pub fn sign(a: i32) -> i32 {
    if a < 0 {
        -1
    else {
        1
    }
}
//= fixed
pub fn sign(a: i32) -> i32 {
    if a < 0 {
        -1
    } else {
        1
    }
}
//# join-what-belongs-together -
pub struct Point { pub x: u32, pub y: u32 }
pub fn origin() -> Point {
    Point {
        x: 0
        y: 0,
    }
}
//= fixed
pub struct Point { pub x: u32, pub y: u32 }
pub fn origin() -> Point {
    Point {
        x: 0,
        y: 0,
    }
}
//# join-what-belongs-together -
pub fn name(n: u32) -> &'static str {
    match n {
        0 = "none",
        _ => "some",
    }
}
//= fixed
pub fn name(n: u32) -> &'static str {
    match n {
        0 => "none",
        _ => "some",
    }
}
//# join-what-belongs-together -
pub fn twice(n: u32) u32 {
    n * 2
}
//= fixed
pub fn twice(n: u32) -> u32 {
    n * 2
}
//# end-the-string E0765
pub fn hello() -> String {
    String::from("hello)
}
//= fixed
pub fn hello() -> String {
    String::from("hello")
}
//# join-what-belongs-together -
pub fn half(n: u32) -> u32 { n / 2 }
pub use std::fmt::Display
//= fixed
pub fn half(n: u32) -> u32 { n / 2 }
pub use std::fmt::Display;
//# join-what-belongs-together -
pub fn half(n &u32) -> u32 { n / 2 }
//= fixed
pub fn half(n: &u32) -> u32 { n / 2 }
//# spell-the-keyword -
pub struct Low(pub u8);
impl Low {
    /// The lower half.
    pub fun half(&self) -> u8 {
        self.0 & 15
    }
}
//= fixed
pub struct Low(pub u8);
impl Low {
    /// The lower half.
    pub fn half(&self) -> u8 {
        self.0 & 15
    }
}
//# spell-the-keyword -
pub struct Low<T>(pub T);
imp<T: Clone> Clone for Low<T> {
    fn clone(&self) -> Self {
        Low(self.0.clone())
    }
}
//= fixed
pub struct Low<T>(pub T);
impl<T: Clone> Clone for Low<T> {
    fn clone(&self) -> Self {
        Low(self.0.clone())
    }
}
//# balance-the-delimiters -
pub struct Bits(u8);
impl Bits {
    pub fn low(&self) -> u8 {
        if self.0 > 15 {
            self.0 & 15
        } else {
            self.0
        }}
    }

    pub fn high(&self) -> u8 {
        self.0 >> 4
    }
}
//= fixed
pub struct Bits(u8);
impl Bits {
    pub fn low(&self) -> u8 {
        if self.0 > 15 {
            self.0 & 15
        } else {
            self.0
        }
    }

    pub fn high(&self) -> u8 {
        self.0 >> 4
    }
}
