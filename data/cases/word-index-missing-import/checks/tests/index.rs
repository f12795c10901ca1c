use word_index::Index;

#[test]
fn a_word_is_listed_once_a_page() {
    let mut index = Index::default();
    index.add_page(3, "The ledger, and again the Ledger; no end.");
    index.add_page(9, "A ledger balances.");
    assert_eq!(index.pages("LEDGER"), [3, 9]);
    assert_eq!(index.pages("the"), [0u32; 0]);
    assert_eq!(
        index.words().collect::<Vec<_>>(),
        ["again", "balances", "ledger"]
    );
}
