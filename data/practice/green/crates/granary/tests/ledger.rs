use granary::{Ledger, Movement};

#[test]
fn stock_follows_from_the_movements() {
    let mut ledger = Ledger::new();
    ledger.record(Movement::incoming("rye", 10)).unwrap();
    ledger.record(Movement::outgoing("rye", 4)).unwrap();
    ledger.record(Movement::incoming("oats", 1)).unwrap();
    assert_eq!(ledger.stock_of("rye"), 6);
    assert_eq!(ledger.stock_of("oats"), 1);
    assert_eq!(ledger.stock_of("barley"), 0);
}

#[test]
fn a_shortage_writes_nothing_down() {
    let mut ledger = Ledger::new();
    ledger.record(Movement::incoming("rye", 2)).unwrap();
    let shortage = ledger.record(Movement::outgoing("rye", 5)).unwrap_err();
    assert_eq!(shortage.to_string(), "5 of rye wanted, 2 there");
    assert_eq!(ledger.stock_of("rye"), 2);
    assert_eq!(ledger.journal().len(), 1);
}
