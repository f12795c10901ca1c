//! Copies of books and who has them.

use std::collections::HashMap;

/// The number on the back of a copy. Readers have numbers too; the two must not be mixed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CopyId(pub u32);

#[derive(Clone, Debug, Default)]
pub struct Shelf {
    lent: HashMap<CopyId, u32>,
}

impl Shelf {
    /// Lends a copy to a reader; the reader who has it already when it is lent.
    pub fn lend(&mut self, copy: CopyId, reader: u32) -> Result<(), u32> {
        match self.lent.get(&copy) {
            Some(other) => Err(*other),
            None => {
                self.lent.insert(copy, reader);
                Ok(())
            }
        }
    }

    /// Takes a copy back; the reader who had it.
    pub fn take_back(&mut self, copy: CopyId) -> Option<u32> {
        self.lent.remove(&copy)
    }
}
