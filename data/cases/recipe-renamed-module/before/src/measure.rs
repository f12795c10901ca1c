use std::fmt;

/// An amount in grams or millilitres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    pub amount: f64,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Gram,
    Millilitre,
}

impl Quantity {
    pub fn scaled(self, factor: f64) -> Self {
        Quantity {
            amount: self.amount * factor,
            ..self
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Gram => "g",
            Unit::Millilitre => "ml",
        };
        write!(f, "{:.0} {unit}", self.amount)
    }
}
