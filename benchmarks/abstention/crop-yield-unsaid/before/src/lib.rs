pub trait Crop {
    /// Days from sowing to harvest.
    fn days(&self) -> u32;
}

pub struct Radish;
pub struct Wheat;
pub struct Maize;

impl Crop for Radish {
    fn days(&self) -> u32 {
        28
    }
}

impl Crop for Wheat {
    fn days(&self) -> u32 {
        240
    }
}

impl Crop for Maize {}

#[test]
fn radishes_are_quick() {
    assert!(Radish.days() < Wheat.days());
}
