/// How long to wait before asking again, in milliseconds; doubles up to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    wait: u64,
    longest: u64,
}

impl Backoff {
    pub fn new(first: u64, longest: u64) -> Self {
        Backoff {
            wait: first,
            longest,
        }
    }

    pub fn step(&mut self) -> u64 {
        let wait = self.wait.min(self.longest);
        self.wait = wait * 2;
        wait
    }
}
