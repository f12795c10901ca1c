/// What separates whole units from cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Point,
    Comma,
}

impl Mark {
    pub fn sign(self) -> char {
        match self {
            Mark::Point => '.',
            Mark::Comma => ',',
        }
    }
}

/// Cents. One or two digits may follow the mark.
pub fn parse_amount(text: &str, mark: Mark) -> Option<i64> {
    let (whole, cents) = match text.trim().split_once(mark.sign()) {
        Some((whole, cents)) => (whole, cents),
        None => (text.trim(), "0"),
    };
    let whole: i64 = whole.parse().ok()?;
    let cents: i64 = match cents.len() {
        1 => cents
            .parse::<u8>()
            .ok()
            .map(|tenths| i64::from(tenths) * 10)?,
        2 => i64::from(cents.parse::<u8>().ok()?),
        _ => return None,
    };
    Some(if text.trim().starts_with('-') {
        whole * 100 - cents
    } else {
        whole * 100 + cents
    })
}
