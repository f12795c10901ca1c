use config_port::{parse_listen, ConfigError};

#[test]
fn a_missing_port_is_an_error_of_its_own() {
    assert_eq!(
        parse_listen("localhost").unwrap_err(),
        ConfigError::MissingPort
    );
}

#[test]
fn a_port_out_of_range_says_so() {
    let error = parse_listen("localhost:70000").unwrap_err();
    assert!(matches!(error, ConfigError::BadPort(_)));
    assert!(error.to_string().starts_with("not a port"));
}
