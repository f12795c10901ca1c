use stock_import::{import, Shelf};

#[test]
fn an_import_says_what_it_changed() {
    let mut shelf = Shelf::default();
    shelf.put("Rye", 3);
    let changes = import(&mut shelf, "rye ; 4\nnonsense\n OATS;2\nbarley; many\n");
    assert_eq!(changes.len(), 2);
    assert_eq!(
        (
            changes[0].article.as_str(),
            changes[0].before,
            changes[0].after
        ),
        ("rye", 3, 7)
    );
    assert_eq!((changes[1].before, changes[1].after), (0, 2));
    assert_eq!(shelf.units("RYE"), 7);
    assert_eq!(shelf.articles().collect::<Vec<_>>(), ["oats", "rye"]);
}
