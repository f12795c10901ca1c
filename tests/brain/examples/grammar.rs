//# turn-the-range-round E0030
pub fn low(n: u32) -> bool { match n { 9..=5 => true, _ => false } }
//= fixed
pub fn low(n: u32) -> bool { match n { 5..=9 => true, _ => false } }
//# give-the-other-branch E0317
pub fn one(n: u32) -> u32 {
    let found: u32 = if n > 3 {
        1
    };
    found
}
//= fixed
pub fn one(n: u32) -> u32 {
    let found: u32 = if n > 3 {
        1
    } else {
        0
    };
    found
}
//# name-the-loop E0426
pub fn both(n: u32) {
    for a in 0..n {
        for b in 0..n { if a == b { continue 'outer; } }
    }
}
//= fixed
pub fn both(n: u32) {
    'outer: for a in 0..n {
        for b in 0..n { if a == b { continue 'outer; } }
    }
}
//# leave-the-type-to-the-compiler E0562
pub fn count() -> usize { let all: impl Iterator<Item = u32> = 0..10; all.count() }
//= fixed
pub fn count() -> usize { let all = 0..10; all.count() }
//# compare-in-a-guard E0530
static ZERO: i32 = 0;
pub fn none(n: i32) -> bool { match n { ZERO => true, _ => false } }
//= fixed
const ZERO: i32 = 0;
pub fn none(n: i32) -> bool { match n { ZERO => true, _ => false } }
//# loop-for-a-value E0571
pub fn first(mut n: u32) -> u32 { while true { if n % 7 == 0 { break n; } n += 1; } }
//= fixed
pub fn first(mut n: u32) -> u32 { loop { if n % 7 == 0 { break n; } n += 1; } }
//# say-the-value-alone E0572
pub const ZERO: u32 = return 0;
//= fixed
pub const ZERO: u32 = 0;
//# name-the-whole-type E0573
pub enum Egg { Whole }
pub fn lay() -> Egg::Whole { Egg::Whole }
//= fixed
pub enum Egg { Whole }
pub fn lay() -> Egg { Egg::Whole }
//# name-the-whole-type E0574
pub enum Shape { Round { radius: u32 }, Flat }
pub fn make() -> Shape { Shape { radius: 2 } }
//= fixed
pub enum Shape { Round { radius: u32 }, Flat }
pub fn make() -> Shape { Shape::Round { radius: 2 } }
//# make-it-a-plain-comment E0585
pub fn nothing() {
    /// what is to follow
}
//= fixed
pub fn nothing() {
    // what is to follow
}
//# write-the-attribute-right E0589
#[repr(align(15))]
pub struct Wide(pub u64);
//= fixed
#[repr(align(16))]
pub struct Wide(pub u64);
//# write-the-attribute-right E0777
#[derive("Clone")]
pub struct Wide(pub u64);
//= fixed
#[derive(Clone)]
pub struct Wide(pub u64);
//# box-the-recursion E0733
pub async fn down(n: u32) -> u32 { if n == 0 { 0 } else { down(n - 1).await } }
//= fixed
pub async fn down(n: u32) -> u32 { if n == 0 { 0 } else { Box::pin(down(n - 1)).await } }
//# put-lifetimes-first E0747
pub struct Held<'a, T>(pub &'a T);
pub type Text = Held<str2, 'static>;
#[allow(non_camel_case_types)]
pub struct str2;
//= fixed
pub struct Held<'a, T>(pub &'a T);
pub type Text = Held<'static, str2>;
#[allow(non_camel_case_types)]
pub struct str2;
//# end-the-comment E0758
pub fn plain() {}
/* what is left to say
//= fixed
pub fn plain() {}
/* what is left to say */
