//! Receipts sorted into accounting months.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    pub shop: String,
    pub cents: i64,
    pub bought: NaiveDate,
}

/// Reads `2024-02-29;shop;12.50`.
pub fn parse_receipt(line: &str) -> Option<Receipt> {
    let mut parts = line.split(';');
    let bought = NaiveDate::parse_from_str(parts.next()?.trim(), "%Y-%m-%d").ok()?;
    let shop = parts.next()?.trim().to_string();
    let (euros, cents) = parts.next()?.trim().split_once('.')?;
    Some(Receipt {
        shop,
        cents: euros.parse::<i64>().ok()? * 100 + cents.parse::<i64>().ok()?,
        bought,
    })
}

/// The sum of each month, by year and month.
pub fn months(receipts: &[Receipt]) -> BTreeMap<(i32, u32), i64> {
    let mut months = BTreeMap::new();
    for receipt in receipts {
        let month = (receipt.bought.year(), receipt.bought.month());
        *months.entry(month).or_insert(0) += receipt.cents;
    }
    months
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_does_not_exist_is_no_date() {
        assert!(parse_receipt("2024-02-29;baker;3.20").is_some());
        assert!(parse_receipt("2023-02-29;baker;3.20").is_none());
    }
}
