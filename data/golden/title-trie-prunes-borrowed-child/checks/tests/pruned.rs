use title_search::Trie;

#[test]
fn what_others_need_stays() {
    let mut trie = Trie::new();
    for (title, lent) in [("ein", 1), ("eins", 2), ("einsam", 3)] {
        assert_eq!(trie.insert(title, lent), None);
    }
    assert_eq!(trie.nodes(), 7);
    assert_eq!(trie.remove("eins"), Some(2));
    assert_eq!(trie.nodes(), 7);
    assert_eq!(trie.remove("einsam"), Some(3));
    assert_eq!(trie.nodes(), 4);
    assert_eq!(trie.complete(""), ["ein"]);
}

#[test]
fn what_is_not_there_cannot_be_removed() {
    let mut trie = Trie::new();
    trie.insert("emma", 9);
    assert_eq!(trie.remove("em"), None);
    assert_eq!(trie.remove("emmas"), None);
    assert_eq!(trie.remove("otto"), None);
    assert_eq!(trie.nodes(), 5);
}
