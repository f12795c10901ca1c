//! Takes lists of goods into a store room.

pub mod import;
pub mod shelf;

pub use import::import;
pub use shelf::Shelf;
