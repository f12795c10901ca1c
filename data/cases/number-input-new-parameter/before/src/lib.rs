//! Reads amounts of money from forms and from files.

pub mod amount;
pub mod form;
pub mod import;
