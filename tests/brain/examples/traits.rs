//# derive-the-trait E0369
pub struct Unit { grams: u32 }
#[derive(Debug)]
pub struct Stock { pub unit: Unit, pub count: u32 }
impl std::fmt::Debug for Unit {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result { write!(to, "{}", self.grams) }
}
pub fn same(one: &Stock, other: &Stock) -> bool {
    *one == *other
}
//= fixed
#[derive(PartialEq)]
pub struct Unit { grams: u32 }
#[derive(Debug, PartialEq)]
pub struct Stock { pub unit: Unit, pub count: u32 }
impl std::fmt::Debug for Unit {
    fn fmt(&self, to: &mut std::fmt::Formatter) -> std::fmt::Result { write!(to, "{}", self.grams) }
}
pub fn same(one: &Stock, other: &Stock) -> bool {
    *one == *other
}
//# derive-the-trait E0277
pub struct Item;
pub fn show(item: &Item) -> String {
    format!("{:?}", item)
}
//= fixed
#[derive(Debug)]
pub struct Item;
pub fn show(item: &Item) -> String {
    format!("{:?}", item)
}
//# derive-the-trait E0599
pub struct Item;
pub fn two(item: Item) -> [Item; 2] {
    [item.clone(), item]
}
//= fixed
#[derive(Clone)]
pub struct Item;
pub fn two(item: Item) -> [Item; 2] {
    [item.clone(), item]
}
//# print-it-for-debugging E0277
pub fn show(items: &[u32]) -> String {
    format!("{} {}", items.len(), items)
}
//= fixed
pub fn show(items: &[u32]) -> String {
    format!("{} {:?}", items.len(), items)
}
//# count-up-to-it E0277
pub fn sum(values: &[u32]) -> u32 {
    let mut sum = 0;
    for place in values.len() {
        sum += values[place];
    }
    sum
}
//= fixed
pub fn sum(values: &[u32]) -> u32 {
    let mut sum = 0;
    for place in 0..values.len() {
        sum += values[place];
    }
    sum
}
//# turn-the-error-into-theirs E0277
pub enum Error { Number(std::num::ParseIntError), Empty }
pub fn read(text: &str) -> Result<u32, Error> {
    if text.is_empty() {
        return Err(Error::Empty);
    }
    Ok(text.parse::<u32>()?)
}
//= fixed
pub enum Error { Number(std::num::ParseIntError), Empty }
pub fn read(text: &str) -> Result<u32, Error> {
    if text.is_empty() {
        return Err(Error::Empty);
    }
    Ok(text.parse::<u32>().map_err(Error::Number)?)
}
//# say-that-it-is-an-error E0277
use std::fmt;
#[derive(Debug)]
pub struct Missing;
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("missing") }
}
pub fn check(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    if text.is_empty() { Err(Missing)? }
    Ok(())
}
//= fixed
use std::fmt;
#[derive(Debug)]
pub struct Missing;
impl std::error::Error for Missing {}
impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("missing") }
}
pub fn check(text: &str) -> Result<(), Box<dyn std::error::Error>> {
    if text.is_empty() { Err(Missing)? }
    Ok(())
}
