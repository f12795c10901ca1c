use tide_gauge::{summarise, Reading};

#[test]
fn a_day_has_extremes_and_a_mean() {
    let readings: Vec<Reading> = [(0, 120), (360, -80), (720, 140)]
        .map(|(minute, millimetres)| Reading {
            minute,
            millimetres,
        })
        .to_vec();
    let day = summarise(&readings).unwrap();
    assert_eq!(day.lowest.minute, 360);
    assert_eq!(day.highest.minute, 720);
    assert_eq!(day.mean, 60.0);
}

#[test]
fn a_day_without_readings_has_no_summary() {
    assert_eq!(summarise(&[]), None);
}
