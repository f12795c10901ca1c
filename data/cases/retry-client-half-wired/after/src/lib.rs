//! Asks a server until it answers or patience ends.

pub mod client;
pub mod retry;

pub use client::{Answer, Client, Failure};
