//! A catalogue of pressed plants.

pub mod catalogue;
pub mod label;
pub mod region;

pub use catalogue::Catalogue;
pub use label::Label;
pub use region::Region;
