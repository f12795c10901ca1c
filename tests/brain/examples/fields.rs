//# fill-in-the-fields E0063
pub struct User { pub name: String, pub age: u32, pub tags: Vec<String> }
pub fn born(name: String) -> User {
    User {
        age: 0,
    }
}
//= fixed
pub struct User { pub name: String, pub age: u32, pub tags: Vec<String> }
pub fn born(name: String) -> User {
    User {
        age: 0,
        name,
        tags: Vec::new(),
    }
}
//# fill-in-the-fields E0063
pub struct Point { pub x: i32, pub y: i32 }
pub fn right(x: i32) -> Point { Point { x } }
//= fixed
pub struct Point { pub x: i32, pub y: i32 }
pub fn right(x: i32) -> Point { Point { x, y: 0 } }
//# take-the-rest-from-the-default E0063
#[derive(Default)]
pub struct Options { pub deep: bool, pub depth: u32, pub name: String }
pub fn deep() -> Options {
    Options { deep: true }
}
//= fixed
#[derive(Default)]
pub struct Options { pub deep: bool, pub depth: u32, pub name: String }
pub fn deep() -> Options {
    Options { deep: true, ..Default::default() }
}
//# take-the-only-field-left E0560
pub struct Lion { pub mother: u32, pub name: String }
pub fn cub(name: String) -> Lion { Lion { name, father: 1 } }
//= fixed
pub struct Lion { pub mother: u32, pub name: String }
pub fn cub(name: String) -> Lion { Lion { name, mother: 1 } }
