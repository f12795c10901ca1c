use invoice_forgotten::{Invoice, Line};

#[test]
fn the_discount_is_taken_off_every_line() {
    let invoice = Invoice {
        lines: vec![
            Line {
                text: "paper".to_string(),
                unit_price: 333,
                quantity: 3,
            },
            Line {
                text: "ink".to_string(),
                unit_price: 1250,
                quantity: 1,
            },
        ],
        discount_percent: 10,
    };
    assert_eq!(invoice.total(), 899 + 1125);
    assert_eq!(invoice.saved(), 225);
}
