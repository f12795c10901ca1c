use duration_parser::{parse_duration, DurationError};

#[test]
fn parts_add_up() {
    assert_eq!(parse_duration("1h30m"), Ok(5_400));
    assert_eq!(parse_duration(" 2d "), Ok(172_800));
    assert_eq!(parse_duration("15m15m"), Ok(1_800));
}

#[test]
fn mistakes_are_named() {
    assert_eq!(parse_duration(""), Err(DurationError::Empty));
    assert_eq!(parse_duration("12"), Err(DurationError::MissingUnit));
    assert_eq!(parse_duration("h"), Err(DurationError::MissingNumber('h')));
    assert_eq!(parse_duration("3y"), Err(DurationError::UnknownUnit('y')));
    assert_eq!(
        parse_duration("9999999999999999999d"),
        Err(DurationError::TooLong)
    );
    assert_eq!(
        parse_duration("18446744073709551615s1s"),
        Err(DurationError::TooLong)
    );
}
