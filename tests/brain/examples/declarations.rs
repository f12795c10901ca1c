//# give-the-second-another-name E0415
pub fn sum(a: u32, a: u32) -> u32 { a }
//= fixed
pub fn sum(a: u32, a_2: u32) -> u32 { a }
//# give-the-second-another-name E0403
pub trait Keep<T> {
    fn get(&self) -> T;
    fn put<T: Clone>(&self, value: T);
}
//= fixed
pub trait Keep<T> {
    fn get(&self) -> T;
    fn put<U: Clone>(&self, value: U);
}
//# take-out-the-parameter E0262
pub fn name<'static>(text: &'static str) -> usize { text.len() }
//= fixed
pub fn name(text: &'static str) -> usize { text.len() }
//# declare-before-use E0128
pub struct Pair<A = B, B = u8> { pub a: A, pub b: B }
//= fixed
pub struct Pair<B = u8, A = B> { pub a: A, pub b: B }
//# bind-the-parameter-to-a-name E0130
extern "C" { pub fn put((a, b): (u32, u32)); }
//= fixed
extern "C" { pub fn put(value: (u32, u32)); }
//# take-the-next-number E0081
pub enum Level { Low = 1, High = 1, Top = 5 }
//= fixed
pub enum Level { Low = 1, High = 6, Top = 5 }
//# let-the-method-be-generic E0207
pub struct Maker;
impl<T: Default> Maker {
    pub fn make(&self) -> T { T::default() }
}
//= fixed
pub struct Maker;
impl Maker {
    pub fn make<T: Default>(&self) -> T { T::default() }
}
//# mark-what-is-not-used E0392
pub struct Id<T> {
    pub number: u64,
}
pub fn of(number: u64) -> u64 { let _: Option<Id<u8>> = None; number }
//= fixed
pub struct Id<T> {
    pub number: u64,
    marker: std::marker::PhantomData<T>
}
pub fn of(number: u64) -> u64 { let _: Option<Id<u8>> = None; number }
//# make-it-a-closure E0434
pub fn outer(more: u32) -> u32 {
    fn add(n: u32) -> u32 { n + more }
    add(1)
}
//= fixed
pub fn outer(more: u32) -> u32 {
    let add = |n: u32| -> u32 { n + more };
    add(1)
}
//# open-the-type-too E0446
struct Inner;
pub trait Has { type Of; }
impl Has for u8 { type Of = Inner; }
//= fixed
pub struct Inner;
pub trait Has { type Of; }
impl Has for u8 { type Of = Inner; }
