use std::collections::HashMap;

use crate::error::Error;

/// The names a formula may use, and what they stand for.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    values: HashMap<String, f64>,
}

impl Scope {
    /// A scope that knows no name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives a name its value and returns the one it had before.
    pub fn set(&mut self, name: &str, value: f64) -> Option<f64> {
        self.values.insert(name.to_string(), value)
    }

    /// Looks a name up.
    pub fn get(&self, name: &str) -> Result<f64, Error> {
        self.values
            .get(name)
            .copied()
            .ok_or_else(|| Error::Unknown(name.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_wins() {
        let mut scope = Scope::new();
        assert_eq!(scope.set("rate", 1.0), None);
        assert_eq!(scope.set("rate", 2.0), Some(1.0));
        assert_eq!(scope.get("rate"), Ok(2.0));
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        assert_eq!(
            Scope::new().get("rate"),
            Err(Error::Unknown("rate".to_string()))
        );
    }
}
