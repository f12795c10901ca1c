//! The index at the end of a book: every word with the pages it stands on.

use std::collections::{BTreeMap, BTreeSet};

/// Words shorter than this are not worth looking up.
const SHORTEST: usize = 4;

#[derive(Debug, Default)]
pub struct Index {
    entries: BTreeMap<String, Vec<u32>>,
}

impl Index {
    /// Adds the words of a page. A word that stands on it twice is listed once.
    pub fn add_page(&mut self, number: u32, text: &str) {
        let mut seen = BTreeSet::new();
        for word in text.split(|letter: char| !letter.is_alphabetic()) {
            let word = word.to_lowercase();
            if word.chars().count() >= SHORTEST && seen.insert(word.clone()) {
                self.entries.entry(word).or_default().push(number);
            }
        }
    }

    pub fn pages(&self, word: &str) -> &[u32] {
        self.entries
            .get(&word.to_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}
