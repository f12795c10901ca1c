//! Letters that wait until the line is up.

use std::collections::VecDeque;
use std::time::Duration;

use crate::policy::Policy;

#[derive(Clone, Debug, Default)]
pub struct Outbox {
    letters: VecDeque<String>,
    waited: Duration,
}

impl Outbox {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn put(&mut self, letter: &str) {
        self.letters.push_back(letter.to_string());
    }

    pub fn len(&self) -> usize {
        self.letters.len()
    }

    pub fn is_empty(&self) -> bool {
        self.letters.is_empty()
    }

    /// How long was waited for the line, in all.
    pub fn waited(&self) -> Duration {
        self.waited
    }

    /// Sends every letter, each as often as the policy says. A letter that cannot be sent stays the first.
    pub fn send_all<E>(
        &mut self,
        policy: Policy,
        send: impl Fn(&str) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut sent = 0;
        while let Some(letter) = self.letters.front() {
            policy.run(|_| send(letter), |wait| self.waited += wait)?;
            self.letters.pop_front();
            sent += 1;
        }
        Ok(sent)
    }
}
