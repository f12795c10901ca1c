//! Readings of a tide gauge, in millimetres above the gauge's zero.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    pub minute: u32,
    pub millimetres: i32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    pub lowest: Reading,
    pub highest: Reading,
    pub mean: f64,
}

/// The extremes and the mean of a day; `None` for a day without readings.
pub fn summarise(readings: &[Reading]) -> Option<Summary> {
    let (first, rest) = readings.split_first()?;
    let mut lowest = *first;
    let mut highest = *first;
    let mut total_millimetres = i64::from(first.millimetres);
    for reading in rest {
        if reading.millimetres < lowest.millimetres {
            lowest = *reading;
        }
        if reading.millimetres > highest.millimetres {
            highest = *reading;
        }
        total_millimetres += i64::from(reading.millimetres);
    }
    let mean = total_milimetres as f64 / readings.len() as f64;
    Some(Summary {
        lowest,
        highest,
        mean,
    })
}
