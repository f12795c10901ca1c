//! A cache of rendered map tiles that forgets what was not asked for longest.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;

#[derive(Debug)]
pub struct Lru<K, V> {
    capacity: usize,
    entries: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Clone + Eq + Hash, V> Lru<K, V> {
    /// A cache of at least one entry.
    pub fn new(capacity: usize) -> Self {
        Lru {
            capacity: capacity.max(1),
            entries: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value, which is the youngest from now on.
    pub fn get(&mut self, key: &K) -> Option<&V> {
        let value = self.entries.get(key)?;
        self.touch(key);
        Some(value)
    }

    /// The value, made where there was none.
    pub fn get_or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &V {
        if let Some(value) = self.get(&key) {
            return value;
        }
        self.insert(key.clone(), make());
        &self.entries[&key]
    }

    /// Puts a value in. What had to go for it comes back.
    pub fn insert(&mut self, key: K, value: V) -> Option<(K, V)> {
        if self.entries.insert(key.clone(), value).is_some() {
            self.touch(&key);
            return None;
        }
        self.order.push_back(key);
        if self.order.len() <= self.capacity {
            return None;
        }
        let oldest = self.order.pop_front()?;
        let value = self.entries.remove(&oldest)?;
        Some((oldest, value))
    }

    fn touch(&mut self, key: &K) {
        let place = self.order.iter().position(|known| known == key);
        if let Some(known) = place.and_then(|place| self.order.remove(place)) {
            self.order.push_back(known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_for_longest_goes() {
        let mut tiles = Lru::new(2);
        tiles.insert("north", 1);
        tiles.insert("south", 2);
        assert_eq!(tiles.get(&"north"), Some(&1));
        assert_eq!(tiles.insert("east", 3), Some(("south", 2)));
        assert_eq!(tiles.len(), 2);
    }

    #[test]
    fn a_value_is_made_once() {
        let mut tiles = Lru::new(2);
        assert_eq!(tiles.get_or_insert_with("north", || 1), &1);
        assert_eq!(tiles.get_or_insert_with("north", || 2), &1);
        assert!(!tiles.is_empty());
    }
}
