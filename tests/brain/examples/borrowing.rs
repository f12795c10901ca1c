//# borrow-after-the-change E0502
pub fn grow(values: &mut Vec<u32>) -> u32 {
    let first = &values[0];
    values.push(7);
    *first
}
//= fixed
pub fn grow(values: &mut Vec<u32>) -> u32 {
    values.push(7);
    let first = &values[0];
    *first
}
//# copy-out E0506
pub fn step(mut count: u32) -> u32 {
    let before = &count;
    count = 9;
    before + count
}
//= fixed
pub fn step(mut count: u32) -> u32 {
    let before = count;
    count = 9;
    before + count
}
//# copy-out-of-the-pattern E0502
pub struct Bag { items: Vec<String>, seen: usize }
impl Bag {
    fn touch(&mut self, item: &str) { self.seen += item.len(); }
    pub fn all(&mut self) {
        for item in &self.items {
            self.touch(&item);
        }
    }
}
//= fixed
pub struct Bag { items: Vec<String>, seen: usize }
impl Bag {
    fn touch(&mut self, item: &str) { self.seen += item.len(); }
    pub fn all(&mut self) {
        for item in self.items.clone() {
            self.touch(&item);
        }
    }
}
//# take-what-is-needed-first E0502
pub fn square(lines: &mut Vec<String>) {
    let Some(widest) = lines.iter().max_by_key(|line| line.len()) else {
        return;
    };
    for line in lines.iter_mut() {
        line.truncate(widest.len());
    }
}
//= fixed
pub fn square(lines: &mut Vec<String>) {
    let Some(widest) = lines.iter().max_by_key(|line| line.len()) else {
        return;
    };
    let len = widest.len();
    for line in lines.iter_mut() {
        line.truncate(len);
    }
}
//# name-the-argument-first E0502
pub fn repeat(values: &mut Vec<usize>) {
    let rest = &mut values[1..];
    rest[0] = 3;
    Vec::push(values, 2);
    add(&mut values[0], values.len());
}
fn add(place: &mut usize, more: usize) { *place += more; }
//= fixed
pub fn repeat(values: &mut Vec<usize>) {
    let rest = &mut values[1..];
    rest[0] = 3;
    Vec::push(values, 2);
    let len = values.len();
    add(&mut values[0], len);
}
fn add(place: &mut usize, more: usize) { *place += more; }
