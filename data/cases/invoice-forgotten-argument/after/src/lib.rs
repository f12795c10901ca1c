//! Invoices. Amounts are in cents, discounts in whole percent.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub unit_price: i64,
    pub quantity: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invoice {
    pub lines: Vec<Line>,
    pub discount_percent: u32,
}

/// The price of a line; half a cent is rounded up.
pub fn line_total(unit_price: i64, quantity: u32, discount_percent: u32) -> i64 {
    let full = unit_price * i64::from(quantity);
    (full * i64::from(100 - discount_percent) + 50) / 100
}

impl Invoice {
    /// What the customer pays.
    pub fn total(&self) -> i64 {
        self.lines
            .iter()
            .map(|line| line_total(line.unit_price, line.quantity, self.discount_percent))
            .sum()
    }

    /// What the discount saves.
    pub fn saved(&self) -> i64 {
        let full: i64 = self
            .lines
            .iter()
            .map(|line| line_total(line.unit_price, line.quantity, 0))
            .sum();
        full - self.total()
    }
}
