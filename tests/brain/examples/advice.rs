//# write-the-advised-path-from-here E0277
pub mod shapes {
    pub trait Area { fn area(&self) -> u32; }
    pub fn measure<T: Area>(shape: &T) -> u32 { shape.area() }
    pub mod more {
        use super::*;
        pub fn twice<S>(shape: &S) -> u32 { 2 * measure(shape) }
    }
}
//= fixed
pub mod shapes {
    pub trait Area { fn area(&self) -> u32; }
    pub fn measure<T: Area>(shape: &T) -> u32 { shape.area() }
    pub mod more {
        use super::*;
        pub fn twice<S: crate::shapes::Area>(shape: &S) -> u32 { 2 * measure(shape) }
    }
}
