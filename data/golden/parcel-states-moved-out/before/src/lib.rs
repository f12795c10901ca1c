//! The way of a parcel, from an open box to the customer's door.

/// Where a parcel is, and what is known of it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Open { items: Vec<String> },
    Packed { items: Vec<String>, grams: u32 },
    Shipped { items: Vec<String>, label: String },
    Lost { reason: String },
}

/// The step is not one from the state that the parcel is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    state: State,
}

impl Parcel {
    pub fn new() -> Self {
        Parcel {
            state: State::Open { items: Vec::new() },
        }
    }

    pub fn state(&self) -> &State {
        &self.state
    }

    pub fn put(&mut self, item: &str) -> Result<(), Refused> {
        match &mut self.state {
            State::Open { items } => {
                items.push(item.to_string());
                Ok(())
            }
            _ => Err(Refused),
        }
    }

    /// Closes the box. An empty one stays open.
    pub fn pack(&mut self, grams: u32) -> Result<(), Refused> {
        match self.state {
            State::Open { items } if !items.is_empty() => {
                self.state = State::Packed { items, grams };
                Ok(())
            }
            _ => Err(Refused),
        }
    }

    /// Hands the parcel over. Nothing above 30 kg is taken.
    pub fn ship(&mut self, label: &str) -> Result<(), Refused> {
        match self.state {
            State::Packed { items, grams } if grams <= 30_000 => {
                let label = label.to_string();
                self.state = State::Shipped { items, label };
                Ok(())
            }
            _ => Err(Refused),
        }
    }

    /// It is gone, and with it what was inside.
    pub fn lose(&mut self, reason: &str) -> Result<(), Refused> {
        match &self.state {
            State::Shipped { .. } => {
                self.state = State::Lost {
                    reason: reason.to_string(),
                };
                Ok(())
            }
            _ => Err(Refused),
        }
    }
}

impl Default for Parcel {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_goes_its_way() {
        let mut parcel = Parcel::new();
        parcel.put("lens").unwrap();
        parcel.pack(400).unwrap();
        parcel.ship("Z-17").unwrap();
        let (items, label) = (vec!["lens".to_string()], "Z-17".to_string());
        assert_eq!(parcel.state(), &State::Shipped { items, label });
        assert_eq!(parcel.lose("fell off"), Ok(()));
    }

    #[test]
    fn no_step_is_left_out() {
        let mut parcel = Parcel::new();
        assert_eq!(parcel.ship("Z-17"), Err(Refused));
        assert_eq!(parcel.lose("stolen"), Err(Refused));
    }
}
