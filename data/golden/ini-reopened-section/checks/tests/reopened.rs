use ini_settings::Ini;

#[test]
fn a_section_that_comes_back_twice_keeps_everything() {
    let ini = Ini::parse("[a]\nx = 1\n[b]\ny = 2\n[a]\nz = 3\n[b]\n[a]\nx = 4\n").unwrap();
    assert_eq!(ini.get("a", "x"), Some("4"));
    assert_eq!(ini.get("a", "z"), Some("3"));
    assert_eq!(ini.get("b", "y"), Some("2"));
    assert_eq!(ini.sections().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn a_section_that_comes_back_in_the_middle_keeps_everything() {
    let ini = Ini::parse("[a]\nx = 1\n[a]\nz = 3\n[b]\ny = 2\n").unwrap();
    assert_eq!(ini.get("a", "x"), Some("1"));
    assert_eq!(ini.get("a", "z"), Some("3"));
}

#[test]
fn an_empty_section_is_one_too() {
    let ini = Ini::parse("[a]\n[b]\n").unwrap();
    assert_eq!(ini.sections().collect::<Vec<_>>(), ["a", "b"]);
}
