//! The Gregorian calendar.

/// Every fourth year, but of the centuries only every fourth.
pub fn is_leap(year: u32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month, counted from 1; `None` for a month that does not exist.
pub fn days_in_month(year: u32, month: u32) -> Option<u32> {
    match month {
        2 if is_leap(year) => Some(29),
        2 => Some(28),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

pub fn days_in_year(year: u32) -> u32 {
    (1..=12)
        .filter_map(|month| days_in_month(year, month))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_add_up_to_the_year() {
        assert_eq!(days_in_year(2023), 365);
        assert_eq!(days_in_year(2024), 366);
        assert_eq!(days_in_month(2023, 13), None);
    }
}
