//# agree-on-the-number-type E0308
pub fn is_end(byte: &u16) -> bool { *byte == b'\n' }
pub fn ends(all: &[u8]) -> usize { all.iter().filter(|byte| is_end(byte)).count() }
//= fixed
pub fn is_end(byte: &u8) -> bool { *byte == b'\n' }
pub fn ends(all: &[u8]) -> usize { all.iter().filter(|byte| is_end(byte)).count() }
//# swap-the-arguments E0308
pub fn parts(text: &str) -> usize { text.splitn('%', 2).count() }
//= fixed
pub fn parts(text: &str) -> usize { text.splitn(2, '%').count() }
//# bound-the-parameter E0277
pub trait Area { fn area(&self) -> u32; }
pub fn measure<T: Area>(shape: &T) -> u32 { shape.area() }
pub fn twice<S>(shape: &S) -> u32 { 2 * measure(shape) }
//= fixed
pub trait Area { fn area(&self) -> u32; }
pub fn measure<T: Area>(shape: &T) -> u32 { shape.area() }
pub fn twice<S: Area>(shape: &S) -> u32 { 2 * measure(shape) }
//# let-it-be-copied E0508
pub fn first<T: PartialOrd>(list: &[T]) -> T { list[0] }
//= fixed
pub fn first<T: PartialOrd + Copy>(list: &[T]) -> T { list[0] }
