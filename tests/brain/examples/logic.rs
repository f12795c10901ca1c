//# compare-the-other-way test
pub fn adult(age: u32) -> bool { age > 18 }
#[test]
fn works() { assert!(adult(18) && adult(19) && !adult(17)); }
//= fixed
pub fn adult(age: u32) -> bool { age >= 18 }
#[test]
fn works() { assert!(adult(18) && adult(19) && !adult(17)); }
//# compare-the-other-way test
pub fn meets(a: (u32, u32), b: (u32, u32)) -> bool { a.0 <= b.1 && a.0 < a.1 && b.0 <= a.1 }
#[test]
fn works() { assert!(meets((1, 3), (2, 4)) && !meets((1, 3), (3, 4)) && !meets((3, 4), (1, 3)) && !meets((2, 2), (1, 3))); }
//= fixed
pub fn meets(a: (u32, u32), b: (u32, u32)) -> bool { a.0 < b.1 && a.0 < a.1 && b.0 < a.1 }
#[test]
fn works() { assert!(meets((1, 3), (2, 4)) && !meets((1, 3), (3, 4)) && !meets((3, 4), (1, 3)) && !meets((2, 2), (1, 3))); }
//# join-the-other-way test
pub fn inside(x: i32) -> bool { x >= 0 || x < 10 }
#[test]
fn works() { assert!(inside(3) && !inside(10) && !inside(-1)); }
//= fixed
pub fn inside(x: i32) -> bool { x >= 0 && x < 10 }
#[test]
fn works() { assert!(inside(3) && !inside(10) && !inside(-1)); }
//# count-the-other-way test
pub fn total(price: u32, fee: u32) -> u32 { price - fee }
#[test]
fn works() { assert_eq!(total(5, 2), 7); }
//= fixed
pub fn total(price: u32, fee: u32) -> u32 { price + fee }
#[test]
fn works() { assert_eq!(total(5, 2), 7); }
//# count-the-other-way test
pub fn boxes(eggs: u32, room: u32) -> u32 { (eggs + 1) / room }
#[test]
fn works() { assert_eq!((boxes(11, 6), boxes(12, 6), boxes(5, 6)), (2, 3, 1)); }
//= fixed
pub fn boxes(eggs: u32, room: u32) -> u32 { (eggs + 1).div_ceil(room) }
#[test]
fn works() { assert_eq!((boxes(11, 6), boxes(12, 6), boxes(5, 6)), (2, 3, 1)); }
//# move-the-number-by-one test
pub fn second(all: &[u8]) -> u8 { all[2] }
#[test]
fn works() { assert_eq!(second(&[1, 2, 3]), 2); }
//= fixed
pub fn second(all: &[u8]) -> u8 { all[1] }
#[test]
fn works() { assert_eq!(second(&[1, 2, 3]), 2); }
//# move-the-bound-by-one test
pub fn sum(last: u32) -> u32 { (1..last).sum() }
#[test]
fn works() { assert_eq!(sum(3), 6); }
//= fixed
pub fn sum(last: u32) -> u32 { (1..=last).sum() }
#[test]
fn works() { assert_eq!(sum(3), 6); }
//# move-the-bound-by-one test
pub fn head(text: &str, end: usize) -> &str { &text[..=end] }
#[test]
fn works() { assert_eq!(head("abc", 2), "ab"); }
//= fixed
pub fn head(text: &str, end: usize) -> &str { &text[..end] }
#[test]
fn works() { assert_eq!(head("abc", 2), "ab"); }
//# ask-for-the-opposite test
pub fn named(name: &str) -> bool { if name.is_empty() { true } else { false } }
#[test]
fn works() { assert!(named("a") && !named("")); }
//= fixed
pub fn named(name: &str) -> bool { if !name.is_empty() { true } else { false } }
#[test]
fn works() { assert!(named("a") && !named("")); }
//# ask-for-the-opposite test
pub fn cleared(flags: u8, mask: u8) -> u8 { flags & mask }
#[test]
fn works() { assert_eq!(cleared(0b111, 0b010), 0b101); }
//= fixed
pub fn cleared(flags: u8, mask: u8) -> u8 { flags & !mask }
#[test]
fn works() { assert_eq!(cleared(0b111, 0b010), 0b101); }
//# ask-for-the-opposite test
pub fn words(text: &str) -> usize { text.chars().filter(|each| each.is_whitespace()).count() }
#[test]
fn works() { assert_eq!(words("a bc"), 3); }
//= fixed
pub fn words(text: &str) -> usize { text.chars().filter(|each| !each.is_whitespace()).count() }
#[test]
fn works() { assert_eq!(words("a bc"), 3); }
//# ask-for-the-opposite test
pub fn without(list: &mut Vec<u8>, ask: impl Fn(u8) -> bool) { list.retain(|each| ask(*each)) }
#[test]
fn works() { let mut list = vec![1, 2]; without(&mut list, |each| each == 1); assert_eq!(list, [2]); }
//= fixed
pub fn without(list: &mut Vec<u8>, ask: impl Fn(u8) -> bool) { list.retain(|each| !ask(*each)) }
#[test]
fn works() { let mut list = vec![1, 2]; without(&mut list, |each| each == 1); assert_eq!(list, [2]); }
//# call-the-twin test
pub fn newest(years: &[u32]) -> Option<u32> { years.iter().copied().min() }
#[test]
fn works() { assert_eq!(newest(&[1, 3, 2]), Some(3)); }
//= fixed
pub fn newest(years: &[u32]) -> Option<u32> { years.iter().copied().max() }
#[test]
fn works() { assert_eq!(newest(&[1, 3, 2]), Some(3)); }
//# exchange-like-arguments test
pub fn less(from: u32, what: u32) -> u32 { from - what }
pub fn left(have: u32, spent: u32) -> u32 { less(spent, have) }
#[test]
fn works() { assert_eq!(left(5, 2), 3); }
//= fixed
pub fn less(from: u32, what: u32) -> u32 { from - what }
pub fn left(have: u32, spent: u32) -> u32 { less(have, spent) }
#[test]
fn works() { assert_eq!(left(5, 2), 3); }
//# read-the-other-field test
pub struct Box2 { pub width: u32, pub height: u32 }
impl Box2 {
    pub fn area(&self) -> u32 { self.width * self.width }
}
#[test]
fn works() { assert_eq!(Box2 { width: 2, height: 3 }.area(), 6); }
//= fixed
pub struct Box2 { pub width: u32, pub height: u32 }
impl Box2 {
    pub fn area(&self) -> u32 { self.width * self.height }
}
#[test]
fn works() { assert_eq!(Box2 { width: 2, height: 3 }.area(), 6); }
//# go-on-instead-of-leaving test
pub fn odd(all: &[u32]) -> u32 {
    let mut count = 0;
    for each in all {
        if each % 2 == 0 { break; }
        count += 1;
    }
    count
}
#[test]
fn works() { assert_eq!(odd(&[1, 2, 3]), 2); }
//= fixed
pub fn odd(all: &[u32]) -> u32 {
    let mut count = 0;
    for each in all {
        if each % 2 == 0 { continue; }
        count += 1;
    }
    count
}
#[test]
fn works() { assert_eq!(odd(&[1, 2, 3]), 2); }
