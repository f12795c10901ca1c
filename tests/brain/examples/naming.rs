//# import-the-name E0433
pub fn empty() -> usize {
    let seen: Vec<u32> = BTreeSet::new().into_iter().collect();
    seen.len()
}
//= fixed
use std::collections::BTreeSet;
pub fn empty() -> usize {
    let seen: Vec<u32> = BTreeSet::new().into_iter().collect();
    seen.len()
}
//# import-the-name E0425
pub mod ledger { pub fn total() -> u32 { 3 } }
pub fn sum() -> u32 { total() }
//= fixed
use crate::ledger::total;
pub mod ledger { pub fn total() -> u32 { 3 } }
pub fn sum() -> u32 { total() }
//# import-the-trait E0599
pub fn put(into: &mut String) {
    into.write_str("a").ok();
}
//= fixed
use std::fmt::Write;
pub fn put(into: &mut String) {
    into.write_str("a").ok();
}
//# name-the-path E0425
pub struct Count { total: u32 }
impl Count {
    pub fn twice(&self) -> u32 {
        total * 2
    }
}
//= fixed
pub struct Count { total: u32 }
impl Count {
    pub fn twice(&self) -> u32 {
        self.total * 2
    }
}
//# take-the-nearest-name E0425
pub fn width(columns: u32) -> u32 {
    colunms + 1
}
//= fixed
pub fn width(columns: u32) -> u32 {
    columns + 1
}
//# take-the-nearest-name E0599
pub struct Line;
impl Line {
    pub fn padded(&self) -> u32 { 3 }
}
pub fn pad(line: &Line) -> u32 {
    line.paded()
}
//= fixed
pub struct Line;
impl Line {
    pub fn padded(&self) -> u32 { 3 }
}
pub fn pad(line: &Line) -> u32 {
    line.padded()
}
//# take-the-nearest-name E0560
pub struct Size { pub width: u32, pub height: u32 }
pub fn size() -> Size {
    Size { width: 1, heigth: 2 }
}
//= fixed
pub struct Size { pub width: u32, pub height: u32 }
pub fn size() -> Size {
    Size { width: 1, height: 2 }
}
//# name-the-owner-as-elsewhere E0425
pub fn one(bits: u64) -> f64 { f64::from_bits(bits) }
pub fn half(bits: u64) -> f64 { from_bits(bits) / 2.0 }
//= fixed
pub fn one(bits: u64) -> f64 { f64::from_bits(bits) }
pub fn half(bits: u64) -> f64 { f64::from_bits(bits) / 2.0 }
//# name-the-owner-as-elsewhere E0107
use std::fmt;
pub struct Line(pub u8);
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> Result {
        write!(f, "{}", self.0)
    }
}
//= fixed
use std::fmt;
pub struct Line(pub u8);
impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
