//! Parcels weighed on several scales at once.

use std::thread;

/// The weight of each batch, in grams, in the order of the batches.
pub fn weigh(batches: Vec<Vec<u32>>, tare: u32) -> Vec<u32> {
    let scales: Vec<_> = batches
        .into_iter()
        .map(|batch| thread::spawn(|| batch.iter().map(|parcel| parcel - tare).sum()))
        .collect();
    scales
        .into_iter()
        .map(|scale| scale.join().expect("a scale does not break"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_box_is_taken_off_every_parcel() {
        assert_eq!(weigh(vec![vec![110, 210], vec![60]], 10), [300, 50]);
    }
}
