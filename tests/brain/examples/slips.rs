//# drop-the-star E0614
pub fn same(value: u32) -> u32 { *value }
//= fixed
pub fn same(value: u32) -> u32 { value }
//# return-from-the-closure E0267
pub fn shout(all: &[u32]) {
    all.iter().for_each(|one| {
        if *one == 0 { break; }
    });
}
//= fixed
pub fn shout(all: &[u32]) {
    all.iter().for_each(|one| {
        if *one == 0 { return; }
    });
}
//# make-the-function-const E0015
fn two() -> u32 { 2 }
pub const TWO: u32 = two();
//= fixed
const fn two() -> u32 { 2 }
pub const TWO: u32 = two();
//# take-as-many-arguments E0593
pub fn places(all: &[u32]) -> Vec<u32> {
    all.iter().enumerate().map(|_, one| *one).collect()
}
//= fixed
pub fn places(all: &[u32]) -> Vec<u32> {
    all.iter().enumerate().map(|(_, one)| *one).collect()
}
//# match-the-rest-of-the-slice E0527
pub fn first(all: [u32; 3]) -> u32 {
    let [one] = all;
    one
}
//= fixed
pub fn first(all: [u32; 3]) -> u32 {
    let [one, ..] = all;
    one
}
//# name-the-field-once E0062
pub struct Size { pub width: u32 }
pub fn size() -> Size { Size { width: 1, width: 1 } }
//= fixed
pub struct Size { pub width: u32 }
pub fn size() -> Size { Size { width: 1 } }
//# cast-by-another-way E0604
pub fn letter(code: u32) -> char { code as char }
//= fixed
pub fn letter(code: u32) -> char { code as u8 as char }
//# make-the-function-async E0728
pub fn wait() -> u32 { async { 1 }.await }
//= fixed
pub async fn wait() -> u32 { async { 1 }.await }
//# close-the-character E0763
pub fn letter() -> u8 { b'a }
//= fixed
pub fn letter() -> u8 { b'a' }
