//! How often something is tried, and how long is waited in between.

use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub attempts: u32,
    pub first_wait: Duration,
}

impl Policy {
    /// The wait after the attempt with this number, counted from 1: each twice the one before.
    pub fn wait_after(&self, attempt: u32) -> Duration {
        self.first_wait * 2u32.saturating_pow(attempt.saturating_sub(1))
    }

    /// Tries until it works. The last error comes back when no attempt is left.
    pub fn run<T, E>(
        &self,
        work: impl Fn(u32) -> Result<T, E>,
        wait: impl Fn(Duration),
    ) -> Result<T, E> {
        let mut attempt = 1;
        loop {
            match work(attempt) {
                Err(_) if attempt < self.attempts => wait(self.wait_after(attempt)),
                done => return done,
            }
            attempt += 1;
        }
    }
}
