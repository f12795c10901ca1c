//! Recipes that scale.

pub mod measure;
pub mod recipe;

pub use measure::Quantity;
pub use recipe::Recipe;
