//! Pay of people who are paid by the day.

use calendar::{days_in_month, days_in_year};

/// Cents a day from a yearly pay, rounded down.
pub fn daily(yearly: u64, year: u32) -> u64 {
    yearly / u64::from(days_in_year(year))
}

/// The pay of a month; zero for a month that does not exist.
pub fn monthly(yearly: u64, year: u32, month: u32) -> u64 {
    let days = days_in_month(year, month).unwrap_or(0);
    daily(yearly, year) * u64::from(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_common_year_is_paid_by_the_day() {
        assert_eq!(daily(36_500, 2023), 100);
        assert_eq!(monthly(36_500, 2023, 2), 2_800);
    }

    #[test]
    fn a_leap_year_has_a_day_more() {
        assert_eq!(daily(36_600, 2000), 100);
        assert_eq!(monthly(36_600, 2000, 2), 2_900);
    }
}
