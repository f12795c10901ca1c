/// The best lap in seconds; nothing before the first.
pub fn best(laps: &[u32]) -> Option<u32> {
    let mut best = None;
    for lap in laps {
        match best {
            Some(known) if *lap < known => {}
            _ => best = Some(*lap),
        }
    }
    best
}

#[test]
fn the_best_lap_is_the_fastest() {
    assert_eq!(best(&[71, 68, 70]), Some(68));
}
