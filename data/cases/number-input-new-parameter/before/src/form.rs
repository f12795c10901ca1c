use crate::amount::{parse_amount, Mark};

/// A form in which a person enters an amount the way their country writes it.
#[derive(Clone, Debug)]
pub struct Form {
    pub mark: Mark,
    pub entered: String,
}

impl Form {
    /// The amount in cents, or what to tell the person.
    pub fn amount(&self) -> Result<i64, String> {
        parse_amount(&self.entered).ok_or_else(|| format!("{:?} is not an amount", self.entered))
    }
}
