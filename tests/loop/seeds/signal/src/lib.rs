//! A railway signal and what a driver does at it.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect {
    Clear,
    Caution,
    Stop,
    Dark,
}

impl Aspect {
    /// The speed that is allowed past the signal, in km/h.
    pub fn limit(self) -> u32 {
        match self {
            Aspect::Clear => 120,
            Aspect::Caution => 60,
            Aspect::Stop => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caution_is_slower_than_clear() {
        assert!(Aspect::Caution.limit() < Aspect::Clear.limit());
    }

    #[test]
    fn a_dark_signal_means_stop() {
        assert_eq!(Aspect::Dark.limit(), Aspect::Stop.limit());
    }
}
