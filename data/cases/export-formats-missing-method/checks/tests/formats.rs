use export_formats::{file_name, Commas, Format, Markdown, Tabs};

#[test]
fn a_file_is_named_after_its_format() {
    assert_eq!(file_name("stock list", &Commas), "stock-list.csv");
    assert_eq!(file_name("stock list", &Tabs), "stock-list.tsv");
    assert_eq!(file_name("stock list", &Markdown), "stock-list.md");
}

#[test]
fn cells_keep_their_separators_apart() {
    assert_eq!(Commas.row(&["a,b", "c"]), "\"a,b\",c");
    assert_eq!(Tabs.row(&["a\tb", "c"]), "a b\tc");
}
