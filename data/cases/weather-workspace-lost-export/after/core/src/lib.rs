//! Stations and what they measure.

mod sample;
mod station;

pub use sample::Sample;
pub use station::Station;
