//! A buffer of a fixed size between a sensor and whoever reads it.

use std::collections::VecDeque;

#[derive(Clone, Debug)]
pub struct Ring {
    values: VecDeque<u16>,
    size: usize,
}

impl Ring {
    pub fn new(size: usize) -> Self {
        Ring {
            values: VecDeque::with_capacity(size),
            size,
        }
    }

    /// Puts a value in. Whether it was taken.
    pub fn push(&mut self, value: u16) -> bool {
        if self.values.len() == self.size {
            return false;
        }
        self.values.push_back(value);
        true
    }

    /// Takes the oldest value out.
    pub fn pop(&mut self) -> Option<u16> {
        self.values.pop_front()
    }

    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.values.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Ring {
        let mut ring = Ring::new(3);
        for value in [1, 2, 3] {
            assert!(ring.push(value));
        }
        ring
    }

    #[test]
    fn a_full_buffer_refuses() {
        let mut ring = full();
        assert!(!ring.push(4));
        assert_eq!(ring.iter().collect::<Vec<_>>(), [1, 2, 3]);
    }

    #[test]
    fn a_full_buffer_keeps_the_newest() {
        let mut ring = full();
        assert!(ring.push(4));
        assert_eq!(ring.iter().collect::<Vec<_>>(), [2, 3, 4]);
    }
}
