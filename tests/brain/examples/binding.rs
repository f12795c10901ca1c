//# make-it-mutable E0596
pub fn build() -> String {
    let text = String::new();
    text.push('a');
    text
}
//= fixed
pub fn build() -> String {
    let mut text = String::new();
    text.push('a');
    text
}
//# borrow-it-mutably E0594
pub struct Count { total: u32 }
impl Count {
    pub fn add(&self, more: u32) {
        self.total += more;
    }
}
//= fixed
pub struct Count { total: u32 }
impl Count {
    pub fn add(&mut self, more: u32) {
        self.total += more;
    }
}
//# borrow-it-mutably E0594
pub fn double(values: &mut Vec<u32>) {
    for value in values.iter() {
        *value *= 2;
    }
}
//= fixed
pub fn double(values: &mut Vec<u32>) {
    for value in values.iter_mut() {
        *value *= 2;
    }
}
//# bind-a-new-variable E0384
pub fn trimmed(text: &str) -> &str {
    let inner = text.trim();
    inner = inner.trim_matches('"');
    inner
}
//= fixed
pub fn trimmed(text: &str) -> &str {
    let inner = text.trim();
    let inner = inner.trim_matches('"');
    inner
}
//# move-into-the-closure E0373
pub fn adder(by: u32) -> impl Fn(u32) -> u32 {
    |to| to + by
}
//= fixed
pub fn adder(by: u32) -> impl Fn(u32) -> u32 {
    move |to| to + by
}
