use print_press::Press;

fn emptied(mut press: Press) -> Vec<String> {
    std::iter::from_fn(|| press.next_title()).collect()
}

#[test]
fn equals_keep_their_order_however_many() {
    let mut press = Press::new();
    for number in (0..50).rev() {
        press.put(3, &format!("{number:02}"));
    }
    let expected: Vec<String> = (0..50).rev().map(|number| format!("{number:02}")).collect();
    assert_eq!(emptied(press), expected);
}

#[test]
fn urgency_comes_before_everything() {
    let mut press = Press::default();
    for (urgency, title) in [(2, "a"), (7, "b"), (2, "c"), (7, "d"), (0, "e"), (255, "f")] {
        press.put(urgency, title);
    }
    assert_eq!(emptied(press), ["f", "b", "d", "a", "c", "e"]);
}

#[test]
fn an_empty_press_has_nothing_to_print() {
    assert!(Press::new().is_empty());
    assert_eq!(Press::new().next_title(), None);
}
