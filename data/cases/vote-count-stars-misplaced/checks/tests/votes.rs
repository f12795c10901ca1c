use vote_count::{majority, totals, votes_at, Stations};

fn stations() -> Stations {
    let mut stations = Stations::new();
    for (station, candidate, votes) in [
        (1, "ana", 40),
        (1, "ben", 30),
        (2, "ana", 5),
        (2, "cem", 15),
    ] {
        stations
            .entry(station)
            .or_default()
            .insert(candidate.to_string(), votes);
    }
    stations
}

#[test]
fn votes_add_up_over_stations() {
    let stations = stations();
    assert_eq!(totals(&stations)["ana"], 45);
    assert_eq!(totals(&stations)["cem"], 15);
    assert_eq!(votes_at(&stations, 2, "ana"), 5);
    assert_eq!(votes_at(&stations, 2, "ben"), 0);
    assert_eq!(votes_at(&stations, 3, "ana"), 0);
}

#[test]
fn half_is_no_majority() {
    let mut stations = stations();
    assert_eq!(majority(&stations), None);
    stations.entry(3).or_default().insert("ana".to_string(), 1);
    assert_eq!(majority(&stations), Some("ana"));
}
