use fare_table::{Stop, Tariff};

const TARIFF: Tariff = Tariff {
    base: 180,
    per_zone: 60,
    ceiling: 420,
};

#[test]
fn every_zone_costs_until_the_ceiling() {
    let near = Stop { id: 1, zone: 1 };
    let far = Stop { id: 2, zone: 4 };
    let edge = Stop { id: 3, zone: 250 };
    assert_eq!(TARIFF.single(near, far), 360);
    assert_eq!(TARIFF.single(far, near), 360);
    assert_eq!(TARIFF.single(near, edge), 420);
    assert_eq!(TARIFF.day(near, far), 1080);
}
