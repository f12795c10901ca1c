//! Who may write to a mailing list, and how often they did.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

/// The address of a sender. Case makes no difference.
#[derive(Clone, Debug, Eq)]
pub struct Sender(String);

impl Sender {
    pub fn new(address: &str) -> Self {
        Sender(address.trim().to_string())
    }

    pub fn address(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Sender {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Hash for Sender {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.to_ascii_lowercase().hash(state);
    }
}

/// Counts messages by sender.
#[derive(Debug, Default)]
pub struct Counter {
    messages: HashMap<Sender, u32>,
}

impl Counter {
    /// Notes a message and returns how many the sender has written.
    pub fn note(&mut self, sender: Sender) -> u32 {
        let count = self.messages.entry(sender).or_insert(0);
        *count += 1;
        *count
    }

    pub fn senders(&self) -> usize {
        self.messages.len()
    }
}
