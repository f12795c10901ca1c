use coin_change::{change, weight};

#[test]
fn large_coins_come_first() {
    assert_eq!(
        change(386),
        [
            (200, 1),
            (100, 1),
            (50, 1),
            (20, 1),
            (10, 1),
            (5, 1),
            (1, 1)
        ]
    );
    assert_eq!(change(0), []);
    assert_eq!(weight(400), 17_000);
}
