//! Areas and prices of floors.

pub mod extent;
pub mod hallway;
pub mod room;

use extent::Extent;

/// The price of laying a floor, in cents, for parts of a flat.
pub fn price(parts: &[&dyn Extent], cents_per_square_metre: f64) -> i64 {
    let area: f64 = parts.iter().map(|part| part.area()).sum();
    (area * cents_per_square_metre).round() as i64
}
