/// Which way goods went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
}

/// Goods that came in or went out, in whole units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    pub item: String,
    pub units: u32,
    pub direction: Direction,
}

impl Movement {
    /// `units` of `item` came in.
    pub fn incoming(item: &str, units: u32) -> Self {
        Self {
            item: item.to_string(),
            units,
            direction: Direction::In,
        }
    }

    /// `units` of `item` went out.
    pub fn outgoing(item: &str, units: u32) -> Self {
        Self {
            item: item.to_string(),
            units,
            direction: Direction::Out,
        }
    }
}
