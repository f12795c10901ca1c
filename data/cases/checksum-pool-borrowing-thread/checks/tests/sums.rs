use checksum_pool::{checksum, checksums};

#[test]
fn the_sums_come_in_the_order_of_the_blocks() {
    let blocks: Vec<Vec<u8>> = (0..8u8).map(|number| vec![number; 100]).collect();
    let expected: Vec<u32> = blocks.iter().map(|block| checksum(1, block)).collect();
    assert_eq!(checksums(1, blocks), expected);
    assert_ne!(expected[0], expected[1]);
}
