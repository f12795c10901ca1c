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
//# adapt-as-expected E0308
pub fn backwards<'a>(list: &'a [u8]) -> std::iter::Rev<std::slice::Iter<'a, u8>> {
    list.iter()
}
//= fixed
pub fn backwards<'a>(list: &'a [u8]) -> std::iter::Rev<std::slice::Iter<'a, u8>> {
    list.iter().rev()
}
//# hand-over-the-value E0277
pub fn both(list: Vec<u8>) -> Vec<u8> {
    std::iter::once(1).chain(&std::iter::repeat(2).take(3)).chain(list).collect()
}
//= fixed
pub fn both(list: Vec<u8>) -> Vec<u8> {
    std::iter::once(1).chain(std::iter::repeat(2).take(3)).chain(list).collect()
}
