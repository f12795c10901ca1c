//! Warnings for the morning paper.

use weather_core::Station;

/// Names of the stations that had frost, coldest first.
pub fn frost(stations: &[Station]) -> Vec<&str> {
    let mut cold: Vec<(f64, &str)> = stations
        .iter()
        .filter_map(|station| {
            let coldest = station.coldest().filter(|sample| sample.is_frost())?;
            Some((coldest.degrees, station.name.as_str()))
        })
        .collect();
    cold.sort_by(|one, other| one.0.total_cmp(&other.0));
    cold.into_iter().map(|(_, name)| name).collect()
}
