//# write-the-number-whole E0277
pub fn is_even(number: u32) -> bool {
    number % 2.0 == 0
}
//= fixed
pub fn is_even(number: u32) -> bool {
    number % 2 == 0
}
//# write-the-number-whole E0277
pub fn total(list: &[i64]) -> i64 {
    let mut sum = 0.0;
    for n in list { sum += *n; }
    sum
}
//= fixed
pub fn total(list: &[i64]) -> i64 {
    let mut sum = 0;
    for n in list { sum += *n; }
    sum
}
//# take-out-of-quotes E0308
pub fn is_single(digits: usize) -> bool {
    digits < "10"
}
//= fixed
pub fn is_single(digits: usize) -> bool {
    digits < 10
}
//# take-out-of-quotes E0277
pub fn second(list: &[u8]) -> u8 {
    list["1"]
}
//= fixed
pub fn second(list: &[u8]) -> u8 {
    list[1]
}
//# take-out-of-quotes E0369
pub fn bit(place: u32) -> u64 {
    "1u64" << place
}
//= fixed
pub fn bit(place: u32) -> u64 {
    1u64 << place
}
//# take-out-of-quotes -
pub fn low(pair: (u8, u8)) -> u8 {
    pair."0"
}
//= fixed
pub fn low(pair: (u8, u8)) -> u8 {
    pair.0
}
//# take-out-of-quotes E0599
pub fn area(side: f64) -> f64 {
    let half = "0.5f64";
    half.mul_add(side, side)
}
//= fixed
pub fn area(side: f64) -> f64 {
    let half = 0.5f64;
    half.mul_add(side, side)
}
