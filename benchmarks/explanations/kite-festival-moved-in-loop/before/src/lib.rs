/// Everybody who flies, with the rules they got.
pub fn invite(names: &[&str], rules: Vec<String>) -> Vec<(String, Vec<String>)> {
    let mut invited = Vec::new();
    for name in names {
        invited.push((name.to_string(), rules));
    }
    invited
}

#[test]
fn all_get_the_rules() {
    let invited = invite(&["Ada", "Bo"], vec!["no wires".to_string()]);
    assert_eq!(invited[1].1, ["no wires"]);
}
