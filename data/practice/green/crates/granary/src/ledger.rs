use std::collections::BTreeMap;

use crate::movement::{Direction, Movement};
use crate::shortage::Shortage;

/// The journal of all movements and the stock they add up to.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    journal: Vec<Movement>,
    stock: BTreeMap<String, u32>,
}

impl Ledger {
    /// An empty store room.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a movement down and returns the stock of its item afterwards.
    ///
    /// Nothing is written down when more would go out than is there.
    pub fn record(&mut self, movement: Movement) -> Result<u32, Shortage> {
        let balance = self.balance_after(&movement)?;
        self.stock.insert(movement.item.clone(), balance);
        self.journal.push(movement);
        Ok(balance)
    }

    /// How many units of `item` are in the room.
    pub fn stock_of(&self, item: &str) -> u32 {
        self.stock.get(item).copied().unwrap_or(0)
    }

    /// Every item that was ever moved, in alphabetical order, with its stock.
    pub fn stock(&self) -> impl Iterator<Item = (&str, u32)> {
        self.stock
            .iter()
            .map(|(item, units)| (item.as_str(), *units))
    }

    /// The movements, oldest first.
    pub fn journal(&self) -> &[Movement] {
        &self.journal
    }

    fn balance_after(&self, movement: &Movement) -> Result<u32, Shortage> {
        let available = self.stock_of(&movement.item);
        match movement.direction {
            Direction::In => Ok(available + movement.units),
            Direction::Out => available
                .checked_sub(movement.units)
                .ok_or_else(|| Shortage {
                    item: movement.item.clone(),
                    wanted: movement.units,
                    available,
                }),
        }
    }
}
