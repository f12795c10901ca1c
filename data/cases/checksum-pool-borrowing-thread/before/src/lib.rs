//! Checksums of blocks, computed on threads of their own.

use std::thread;

/// A 32-bit Fletcher sum that starts from a seed.
pub fn checksum(seed: u32, block: &[u8]) -> u32 {
    let mut low = seed & 0xffff;
    let mut high = seed >> 16;
    for byte in block {
        low = (low + u32::from(*byte)) % 65_535;
        high = (high + low) % 65_535;
    }
    (high << 16) | low
}

/// The sums of all blocks, in their order.
pub fn checksums(seed: u32, blocks: Vec<Vec<u8>>) -> Vec<u32> {
    let workers: Vec<_> = blocks
        .into_iter()
        .map(|block| thread::spawn(|| checksum(seed, &block)))
        .collect();
    workers
        .into_iter()
        .map(|worker| worker.join().expect("a checksum does not panic"))
        .collect()
}
