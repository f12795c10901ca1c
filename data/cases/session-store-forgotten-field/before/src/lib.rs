//! Sessions of signed-in users. Moments are seconds since the server's start.

use std::collections::HashMap;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub user: String,
    pub opened: u64,
    pub last_seen: u64,
}

#[derive(Debug)]
pub struct Sessions {
    idle_limit: u64,
    next: u64,
    open: HashMap<u64, Session>,
}

impl Sessions {
    pub fn new(idle_limit: u64) -> Self {
        Sessions {
            idle_limit,
            next: 1,
            open: HashMap::new(),
        }
    }

    /// Opens a session and returns its number. Opening it counts as being seen.
    pub fn open(&mut self, user: &str, now: u64) -> u64 {
        let number = self.next;
        self.next += 1;
        self.open.insert(
            number,
            Session {
                user: user.to_string(),
                opened: now,
            },
        );
        number
    }

    /// Notes that a session is used; false when it is closed.
    pub fn touch(&mut self, number: u64, now: u64) -> bool {
        match self.open.get_mut(&number) {
            Some(session) => {
                session.last_seen = now;
                true
            }
            None => false,
        }
    }

    /// Closes what was idle for longer than the limit and says how many those were.
    pub fn sweep(&mut self, now: u64) -> usize {
        let before = self.open.len();
        let limit = self.idle_limit;
        self.open
            .retain(|_, session| now - session.last_seen <= limit);
        before - self.open.len()
    }
}
