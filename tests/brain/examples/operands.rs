//# dereference-the-operand E0369
pub fn is_ascii(at: *const u8) -> bool {
    unsafe { at & 0x80 == 0 }
}
//= fixed
pub fn is_ascii(at: *const u8) -> bool {
    unsafe { *at & 0x80 == 0 }
}
//# dereference-the-operand E0308
pub fn is_end(at: *const u8) -> bool {
    unsafe { b'0' == at }
}
//= fixed
pub fn is_end(at: *const u8) -> bool {
    unsafe { b'0' == *at }
}
//# write-the-number-whole E0277
pub fn is_even(number: u32) -> bool {
    number % 2.0 == 0
}
//= fixed
pub fn is_even(number: u32) -> bool {
    number % 2 == 0
}
//# adapt-as-expected E0308
pub fn backwards<'a>(list: &'a [u8]) -> std::iter::Rev<std::slice::Iter<'a, u8>> {
    list.iter()
}
//= fixed
pub fn backwards<'a>(list: &'a [u8]) -> std::iter::Rev<std::slice::Iter<'a, u8>> {
    list.iter().rev()
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
//# hand-over-the-value E0277
pub fn both(list: Vec<u8>) -> Vec<u8> {
    std::iter::once(1).chain(&std::iter::repeat(2).take(3)).chain(list).collect()
}
//= fixed
pub fn both(list: Vec<u8>) -> Vec<u8> {
    std::iter::once(1).chain(std::iter::repeat(2).take(3)).chain(list).collect()
}
