use playlist_trait::Playlist;

#[test]
fn the_listing_ends_with_the_length_of_the_whole() {
    let mut list = Playlist::default();
    list.add("Prelude", 95).add("Fugue", 3570);
    assert_eq!(
        list.listing(),
        " 1. Prelude (1:35)\n 2. Fugue (59:30)\n    1:01:05 in all"
    );
}
