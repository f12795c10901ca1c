//! Stations and what they measure.

mod sample;
mod station;

pub use sample::Sample;
