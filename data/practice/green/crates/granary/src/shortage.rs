use std::fmt;

/// More was asked for than was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortage {
    pub item: String,
    pub wanted: u32,
    pub available: u32,
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} of {} wanted, {} there",
            self.wanted, self.item, self.available
        )
    }
}

impl std::error::Error for Shortage {}
