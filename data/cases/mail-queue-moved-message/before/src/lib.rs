//! An outbox that counts what it sends to whom.

use std::collections::{HashMap, VecDeque};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    pub recipient: String,
    pub body: String,
}

#[derive(Debug, Default)]
pub struct Outbox {
    waiting: VecDeque<Message>,
    per_recipient: HashMap<String, usize>,
}

impl Outbox {
    /// Takes a message and returns how many wait for its recipient now.
    pub fn enqueue(&mut self, message: Message) -> usize {
        self.waiting.push_back(message);
        let count = self.per_recipient.entry(message.recipient).or_insert(0);
        *count += 1;
        *count
    }

    /// Hands the oldest message to the carrier.
    pub fn dispatch(&mut self) -> Option<Message> {
        let message = self.waiting.pop_front()?;
        if let Some(count) = self.per_recipient.get_mut(&message.recipient) {
            *count -= 1;
        }
        Some(message)
    }

    pub fn waiting_for(&self, recipient: &str) -> usize {
        self.per_recipient.get(recipient).copied().unwrap_or(0)
    }
}
