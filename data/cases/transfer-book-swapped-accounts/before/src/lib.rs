//! Transfers between accounts. Amounts are in cents; no account may go below zero.

use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransferError {
    UnknownAccount(String),
    NotCovered { missing: u64 },
}

#[derive(Clone, Debug, Default)]
pub struct Accounts {
    balances: HashMap<String, u64>,
}

impl Accounts {
    pub fn open(&mut self, name: &str, balance: u64) {
        self.balances.insert(name.to_string(), balance);
    }

    pub fn balance(&self, name: &str) -> Option<u64> {
        self.balances.get(name).copied()
    }

    /// Moves an amount from one account to another.
    pub fn transfer(&mut self, from: &str, to: &str, amount: u64) -> Result<(), TransferError> {
        for name in [from, to] {
            if !self.balances.contains_key(name) {
                return Err(TransferError::UnknownAccount(name.to_string()));
            }
        }
        self.check_covered(to, amount)?;
        if from == to {
            return Ok(());
        }
        self.shift(amount, to, from);
        Ok(())
    }

    fn check_covered(&self, payer: &str, amount: u64) -> Result<(), TransferError> {
        let balance = self.balances[payer];
        if balance < amount {
            return Err(TransferError::NotCovered {
                missing: amount - balance,
            });
        }
        Ok(())
    }

    fn shift(&mut self, amount: u64, payer: &str, payee: &str) {
        if let Some(balance) = self.balances.get_mut(payer) {
            *balance -= amount;
        }
        if let Some(balance) = self.balances.get_mut(payee) {
            *balance += amount;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_goes_from_the_first_account_to_the_second() {
        let mut accounts = Accounts::default();
        accounts.open("rent", 90_000);
        accounts.open("daily", 20_000);
        accounts.transfer("rent", "daily", 50_000).unwrap();
        assert_eq!(accounts.balance("rent"), Some(40_000));
        assert_eq!(accounts.balance("daily"), Some(70_000));
    }

    #[test]
    fn an_unknown_account_is_named() {
        let mut accounts = Accounts::default();
        accounts.open("rent", 100);
        assert_eq!(
            accounts.transfer("rent", "travel", 5),
            Err(TransferError::UnknownAccount("travel".to_string()))
        );
    }
}
