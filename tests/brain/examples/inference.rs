//# say-the-type E0284
pub fn number(text: &str) -> u64 {
    let found = text.parse().unwrap();
    let doubled = 2 * found;
    doubled
}
//= fixed
pub fn number(text: &str) -> u64 {
    let found: u64 = text.parse().unwrap();
    let doubled = 2 * found;
    doubled
}
//# say-the-type E0282
pub fn words(text: &str) -> usize {
    let found = text.split(' ').collect();
    found.len()
}
//= fixed
pub fn words(text: &str) -> usize {
    let found: Vec<_> = text.split(' ').collect();
    found.len()
}
//# say-the-type E0107
use std::collections::HashMap;
pub fn count(all: &HashMap<String>) -> u32 { all.len() as u32 }
//= fixed
use std::collections::HashMap;
pub fn count(all: &HashMap<String, u32>) -> u32 { all.len() as u32 }
//# make-it-a-constant E0435
pub fn zeroes() -> usize {
    let length = 3;
    let all = [0u8; length];
    all.len()
}
//= fixed
pub fn zeroes() -> usize {
    const length: usize = 3;
    let all = [0u8; length];
    all.len()
}
//# say-the-type E0191
pub trait Holder { type Held; }
pub fn keep(one: &dyn Holder) -> u64 { let _ = one; 3 }
//= fixed
pub trait Holder { type Held; }
pub fn keep(one: &dyn Holder<Held = u64>) -> u64 { let _ = one; 3 }
