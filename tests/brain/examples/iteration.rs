//# copy-the-items-first E0277
pub fn owned(list: &[String]) -> Vec<String> {
    list.iter().filter(|each| !each.is_empty()).collect()
}
//= fixed
pub fn owned(list: &[String]) -> Vec<String> {
    list.iter().filter(|each| !each.is_empty()).cloned().collect()
}
//# iterate-the-other-way E0515
pub fn more(list: Vec<u8>) -> Box<dyn Iterator<Item = u8>> {
    Box::new(list.iter().map(|n| n + 1))
}
//= fixed
pub fn more(list: Vec<u8>) -> Box<dyn Iterator<Item = u8>> {
    Box::new(list.into_iter().map(|n| n + 1))
}
//# iterate-the-other-way E0594
pub fn double(list: &mut [u8]) {
    for each in list.iter() { *each *= 2; }
}
//= fixed
pub fn double(list: &mut [u8]) {
    for each in list.iter_mut() { *each *= 2; }
}
//# take-it-off-in-the-pattern E0308
pub fn largest(list: &[u8]) -> u8 {
    let mut best = 0;
    for item in list {
        if item > best { best = item; }
    }
    best
}
//= fixed
pub fn largest(list: &[u8]) -> u8 {
    let mut best = 0;
    for &item in list {
        if item > best { best = item; }
    }
    best
}
//# iterate-the-other-way E0308
pub fn merged(mut into: Vec<String>, from: Vec<String>) -> Vec<String> {
    for each in &from { into.push(each); }
    into
}
//= fixed
pub fn merged(mut into: Vec<String>, from: Vec<String>) -> Vec<String> {
    for each in from { into.push(each); }
    into
}
//# copy-the-items-first E0277
pub fn lent(list: &[String]) -> Vec<&str> { list.iter().rev().collect() }
//= fixed
pub fn lent(list: &[String]) -> Vec<&str> { list.iter().rev().map(String::as_str).collect() }
