pub enum Visitor {
    Child,
    Adult,
    Senior,
}

/// The price of a day at the pool, in cents.
pub fn price(visitor: Visitor) -> u32 {
    match visitor {
        Visitor::Child => 250,
        Visitor::Adult => 600,
    }
}

#[test]
fn children_pay_less() {
    assert!(price(Visitor::Child) < price(Visitor::Adult));
}
