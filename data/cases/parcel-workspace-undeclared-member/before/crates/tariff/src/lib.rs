//! What it costs to send a parcel.

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    Small,
    Medium,
    Large,
}

/// The smallest size that takes a parcel of a weight in grams; `None` when it is too heavy.
pub fn size_of(grams: u32) -> Option<Size> {
    match grams {
        0..=1_000 => Some(Size::Small),
        1_001..=5_000 => Some(Size::Medium),
        5_001..=20_000 => Some(Size::Large),
        _ => None,
    }
}

/// The price in cents.
pub fn price(size: Size, express: bool) -> u32 {
    let basic = match size {
        Size::Small => 390,
        Size::Medium => 690,
        Size::Large => 1_290,
    };
    if express {
        basic * 2
    } else {
        basic
    }
}
