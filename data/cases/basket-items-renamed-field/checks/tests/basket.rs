use basket_items::Basket;

#[test]
fn a_second_piece_raises_the_quantity() {
    let mut basket = Basket::default();
    basket.add("tea", 450);
    basket.add("cup", 1200);
    basket.add("tea", 450);
    assert_eq!(basket.items().len(), 2);
    assert_eq!(basket.items()[0].quantity, 2);
    assert_eq!(basket.total(), 2100);
    assert!(basket.remove("cup"));
    assert!(!basket.remove("cup"));
    assert_eq!(basket.total(), 900);
}
