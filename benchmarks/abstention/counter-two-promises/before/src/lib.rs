pub struct Counter {
    pub at: u8,
}

impl Counter {
    /// Counts one up.
    pub fn up(&mut self) -> bool {
        if self.at == 99 {
            return false;
        }
        self.at += 1;
        true
    }
}

#[test]
fn a_full_counter_stops() {
    let mut counter = Counter { at: 99 };
    assert!(!counter.up());
}

#[test]
fn a_full_counter_wraps() {
    let mut counter = Counter { at: 99 };
    assert!(counter.up());
}
