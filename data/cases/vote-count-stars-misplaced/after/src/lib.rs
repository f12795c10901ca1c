//! Counts ballots of several stations.

use std::collections::BTreeMap;

/// Votes a candidate got at each station, by the station's number.
pub type Stations = BTreeMap<u16, BTreeMap<String, u32>>;

/// The sum over all stations, by candidate.
pub fn totals(stations: &Stations) -> BTreeMap<&str, u32> {
    let mut totals: BTreeMap<&str, u32> = BTreeMap::new();
    for ballots in stations.values() {
        for (candidate, votes) in ballots {
            let total = totals.entry(candidate).or_insert(0);
            *total += *votes;
        }
    }
    totals
}

/// The votes of a candidate at a station; zero when nobody there voted for them.
pub fn votes_at(stations: &Stations, station: u16, candidate: &str) -> u64 {
    let votes = stations
        .get(&station)
        .and_then(|ballots| ballots.get(candidate))
        .copied()
        .unwrap_or(0);
    u64::from(votes)
}

/// Who got more than half of all votes.
pub fn majority(stations: &Stations) -> Option<&str> {
    let totals = totals(stations);
    let cast: u32 = totals.values().sum();
    totals
        .into_iter()
        .find(|(_, votes)| votes * 2 > cast)
        .map(|(candidate, _)| candidate)
}
