//! Seats of a theatre. Guests may swap seats before the curtain rises.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    seats: Vec<Option<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub row: usize,
    pub seat: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Hall {
    rows: Vec<Row>,
}

impl Hall {
    pub fn new(rows: usize, seats: usize) -> Self {
        Hall {
            rows: vec![
                Row {
                    seats: vec![None; seats],
                };
                rows
            ],
        }
    }

    /// Gives a free seat to a guest; false when it is taken.
    pub fn book(&mut self, place: Place, guest: &str) -> bool {
        let seat = &mut self.rows[place.row].seats[place.seat];
        if seat.is_some() {
            return false;
        }
        *seat = Some(guest.to_string());
        true
    }

    pub fn guest(&self, place: Place) -> Option<&str> {
        self.rows[place.row].seats[place.seat].as_deref()
    }

    /// Swaps whoever sits on two places, empty seats included.
    pub fn swap(&mut self, one: Place, other: Place) {
        let left = &mut self.rows[one.row].seats[one.seat];
        let right = &mut self.rows[other.row].seats[other.seat];
        std::mem::swap(left, right);
    }
}
