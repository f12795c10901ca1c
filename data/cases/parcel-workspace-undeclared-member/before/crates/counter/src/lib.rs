//! The counter of a post office.

use tariff::{price, size_of, Size};

/// What the customer pays for parcels of these weights (grams), and how many were too heavy.
pub fn receipt(weights: &[u32], express: bool) -> (u32, usize) {
    let sizes: Vec<Size> = weights.iter().filter_map(|grams| size_of(*grams)).collect();
    let refused = weights.len() - sizes.len();
    let total = sizes.into_iter().map(|size| price(size, express)).sum();
    (total, refused)
}
