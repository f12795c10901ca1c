//! The tickets of a help desk.

pub mod escalation;
pub mod ticket;

pub use ticket::{Desk, Level, Ticket};
