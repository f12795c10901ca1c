use sprinkler_rules::{rules, Token, Tokens};

#[test]
fn tokens_outlive_their_reader() {
    let text = String::from("lawn = 30");
    let (first, second) = {
        let mut tokens = Tokens::new(&text);
        let ahead = tokens.peek();
        assert_eq!(ahead, tokens.advance());
        (ahead, tokens.advance())
    };
    assert_eq!(first, Some(Token::Name("lawn")));
    assert_eq!(second, Some(Token::Sign('=')));
}

#[test]
fn names_are_parts_of_the_text() {
    let text = String::from("bed = 5");
    let found = rules(&text).unwrap();
    assert_eq!(found[0].0.as_ptr(), text.as_ptr());
}

#[test]
fn what_is_no_rule_is_refused() {
    assert_eq!(rules(""), Some(vec![]));
    assert_eq!(rules("5 = lawn"), None);
    assert_eq!(rules("lawn = 99999999999"), None);
}
