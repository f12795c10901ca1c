use slug_maker::{address, slug_of};

#[test]
fn signs_become_single_dashes() {
    assert_eq!(
        slug_of("  Ferris & friends, part 2!"),
        "ferris-friends-part-2"
    );
    assert_eq!(address("news", "Hello, World"), "/news/hello-world");
}

#[test]
fn long_titles_are_cut_at_a_dash() {
    assert_eq!(
        slug_of("An article whose title goes on for ever"),
        "an-article-whose-title"
    );
}
