use std::colections::BTreeMap;

/// How often each word stands in a text.
pub fn counts(text: &str) -> BTreeMap<&str, u32> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

#[test]
fn words_are_counted() {
    assert_eq!(counts("a b a")["a"], 2);
}
