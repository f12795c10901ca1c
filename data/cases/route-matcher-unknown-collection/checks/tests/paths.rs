use route_matcher::match_path;

#[test]
fn names_take_what_stands_in_their_place() {
    let params = match_path("/users/:id/posts/:post", "users/7/posts/12/").unwrap();
    assert_eq!(params.get("id"), Some("7"));
    assert_eq!(params.get("post"), Some("12"));
    assert_eq!(params.get("page"), None);
}

#[test]
fn other_paths_do_not_match() {
    assert!(match_path("/users/:id", "/users").is_none());
    assert!(match_path("/users/:id", "/groups/7").is_none());
}
