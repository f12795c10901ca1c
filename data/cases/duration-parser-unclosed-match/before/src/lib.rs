//! Durations as people type them: `90s`, `15m`, `1h30m`, `2d`.

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DurationError {
    Empty,
    MissingUnit,
    MissingNumber(char),
    UnknownUnit(char),
    TooLong,
}

/// Seconds. Parts may come in any order and add up.
pub fn parse_duration(text: &str) -> Result<u64, DurationError> {
    let mut seconds: u64 = 0;
    let mut number: Option<u64> = None;
    let mut parts = 0;
    for letter in text.trim().chars() {
        match letter {
            '0'..='9' => {
                let digit = u64::from(letter as u8 - b'0');
                let value = number.unwrap_or(0).checked_mul(10);
                match value.and_then(|value| value.checked_add(digit)) {
                    Some(value) => number = Some(value),
                    None => return Err(DurationError::TooLong),
                }
            }
            unit => {
                let length = unit_length(unit).ok_or(DurationError::UnknownUnit(unit))?;
                let Some(value) = number.take() else {
                    return Err(DurationError::MissingNumber(unit));
                };
                if value > u64::MAX / length {
                    return Err(DurationError::TooLong);
                seconds = seconds
                    .checked_add(value * length)
                    .ok_or(DurationError::TooLong)?;
                parts += 1;
            }
        }
    }
    if number.is_some() {
        return Err(DurationError::MissingUnit);
    }
    if parts == 0 {
        return Err(DurationError::Empty);
    }
    Ok(seconds)
}

fn unit_length(unit: char) -> Option<u64> {
    match unit {
        's' => Some(1),
        'm' => Some(60),
        'h' => Some(60 * 60),
        'd' => Some(24 * 60 * 60),
        _ => None,
    }
}
