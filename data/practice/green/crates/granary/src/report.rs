use crate::ledger::Ledger;

/// One line an item, `item: units`, leaving out what is used up.
pub fn stock_list(ledger: &Ledger) -> String {
    ledger
        .stock()
        .filter(|(_, units)| *units > 0)
        .map(|(item, units)| format!("{item}: {units}\n"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::movement::Movement;

    #[test]
    fn the_list_is_alphabetical_and_leaves_out_what_is_used_up() {
        let mut ledger = Ledger::new();
        ledger.record(Movement::incoming("rye", 3)).unwrap();
        ledger.record(Movement::incoming("oats", 2)).unwrap();
        ledger.record(Movement::incoming("barley", 8)).unwrap();
        ledger.record(Movement::outgoing("oats", 2)).unwrap();
        assert_eq!(stock_list(&ledger), "barley: 8\nrye: 3\n");
    }
}
