//! Completes what is typed into the search box of a library, from the titles lent most often.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default)]
pub struct Trie {
    children: BTreeMap<char, Trie>,
    lent: Option<u32>,
}

impl Trie {
    pub fn new() -> Self {
        Self::default()
    }

    /// True when no title is below this node.
    pub fn is_empty(&self) -> bool {
        self.lent.is_none() && self.children.is_empty()
    }

    pub fn insert(&mut self, title: &str, lent: u32) -> Option<u32> {
        let mut node = self;
        for letter in title.chars() {
            node = node.children.entry(letter).or_default();
        }
        node.lent.replace(lent)
    }

    /// Takes a title out, and every node that only led to it.
    pub fn remove(&mut self, title: &str) -> Option<u32> {
        let mut letters = title.chars();
        let Some(letter) = letters.next() else {
            return self.lent.take();
        };
        let child = self.children.get_mut(&letter)?;
        let lent = child.remove(letters.as_str());
        self.prune(letter, child);
        lent
    }

    /// The titles that begin with `start`, in order.
    pub fn complete(&self, start: &str) -> Vec<String> {
        let mut node = self;
        for letter in start.chars() {
            match node.children.get(&letter) {
                Some(child) => node = child,
                None => return Vec::new(),
            }
        }
        let mut titles = Vec::new();
        node.gather(&mut start.to_string(), &mut titles);
        titles
    }

    pub fn nodes(&self) -> usize {
        1 + self.children.values().map(Trie::nodes).sum::<usize>()
    }

    fn prune(&mut self, letter: char, child: &Trie) {
        if child.is_empty() {
            self.children.remove(&letter);
        }
    }

    fn gather(&self, path: &mut String, titles: &mut Vec<String>) {
        if self.lent.is_some() {
            titles.push(path.clone());
        }
        for (letter, child) in &self.children {
            path.push(*letter);
            child.gather(path, titles);
            path.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf() -> Trie {
        let mut trie = Trie::new();
        trie.insert("emma", 9);
        trie.insert("emil", 4);
        trie
    }

    #[test]
    fn titles_are_completed() {
        assert_eq!(shelf().complete("em"), ["emil", "emma"]);
        assert!(shelf().complete("x").is_empty());
    }

    #[test]
    fn a_title_goes_with_the_nodes_that_led_to_it() {
        let mut trie = shelf();
        assert_eq!(trie.remove("emil"), Some(4));
        assert_eq!(trie.nodes(), 5);
        assert_eq!(trie.remove("emma"), Some(9));
        assert!(trie.is_empty());
    }
}
