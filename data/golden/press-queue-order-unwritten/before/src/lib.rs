//! Which print goes to the press next: the most urgent, and of those the one that waits longest.

use std::collections::BinaryHeap;

/// A print that waits. `number` counts the prints that came before it.
#[derive(Debug, PartialEq, Eq)]
struct Waiting {
    urgency: u8,
    number: u64,
    title: String,
}

#[derive(Debug, Default)]
pub struct Press {
    waiting: BinaryHeap<Waiting>,
    count: u64,
}

impl Press {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn put(&mut self, urgency: u8, title: &str) {
        self.waiting.push(Waiting {
            urgency,
            number: self.count,
            title: title.to_string(),
        });
        self.count += 1;
    }

    pub fn next_title(&mut self) -> Option<String> {
        self.waiting.pop().map(|print| print.title)
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_urgent_goes_first() {
        let mut press = Press::new();
        press.put(1, "poster");
        press.put(9, "obituary");
        press.put(5, "ticket");
        assert_eq!(press.next_title().as_deref(), Some("obituary"));
        assert_eq!(press.next_title().as_deref(), Some("ticket"));
        assert_eq!(press.len(), 1);
    }

    #[test]
    fn among_equals_the_first_goes_first() {
        let mut press = Press::new();
        press.put(5, "zine");
        press.put(5, "atlas");
        assert_eq!(press.next_title().as_deref(), Some("zine"));
    }
}
