use moving_average::{smooth, Average};

#[test]
fn the_window_slides() {
    assert_eq!(smooth(&[3.0, 5.0, 7.0, 9.0], 2), [3.0, 4.0, 6.0, 8.0]);
    assert_eq!(smooth(&[3.0, 5.0], 0), [3.0, 5.0]);
    assert_eq!(Average::new(4).mean(), 0.0);
}
