use crate::retry::Backoff;

/// What the server says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Content(String),
    /// The server is overloaded: ask again after a pause.
    Busy,
    /// There is no such thing: asking again is no use.
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    Gone,
    /// Patience ended after waiting so many milliseconds.
    TimedOut(u64),
}

/// Asks, and waits between two tries.
pub struct Client<F> {
    ask: F,
    patience: u64,
}

impl<F: FnMut(&str) -> Answer> Client<F> {
    /// A client that waits no longer than `patience` milliseconds in all.
    pub fn new(ask: F, patience: u64) -> Self {
        Client { ask, patience }
    }

    /// The content, and the milliseconds that were waited for it.
    pub fn fetch(&mut self, name: &str) -> Result<(String, u64), Failure> {
        let mut backoff = Backoff::new(50, 400);
        let mut waited = 0;
        while waited <= self.patience {
            match (self.ask)(name) {
                Answer::Content(content) => return Ok((content, waited)),
                Answer::Gone => return Err(Failure::Gone),
                Answer::Busy => waited += backoff.step(),
            }
        }
        Err(Failure::TimedOut(waited))
    }
}
