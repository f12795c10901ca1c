//! Asks a server until it answers or patience ends.

pub mod client;

pub use client::{Answer, Client, Failure};
