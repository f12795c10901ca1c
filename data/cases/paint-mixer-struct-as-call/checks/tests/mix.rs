use paint_mixer::{mix, MixError, Rgb};

#[test]
fn parts_are_weighted() {
    let red = Rgb {
        red: 255,
        green: 0,
        blue: 0,
    };
    let white = Rgb {
        red: 255,
        green: 255,
        blue: 255,
    };
    let pink = mix(&[(red, 1), (white, 2)]).unwrap();
    assert_eq!(pink.hex(), "#ffaaaa");
    assert_eq!(mix(&[(red, 0)]), Err(MixError));
}
