//! A turnstile that counts who goes through.

#[derive(Debug, Clone, Default)]
pub struct Counter {
    passed: u64,
}

impl Counter {
    pub fn pass(&mut self) {
        self.passed += 1;
    }

    pub fn passed(&self) -> u64 {
        self.passed
    }
}

/// Lets a crowd through the gate.
pub fn admit(mut counter: Counter, crowd: u64) {
    for _ in 0..crowd {
        counter.pass();
    }
}

/// How many went through on a day with a morning and an evening crowd.
pub fn day(morning: u64, evening: u64) -> u64 {
    let counter = Counter::default();
    admit(counter, morning);
    admit(counter, evening);
    counter.passed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_came() {
        assert_eq!(day(0, 0), 0);
    }
}
