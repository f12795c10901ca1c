//! When a telescope is taken: half-open spans of minutes, sorted, apart from each other.

use std::ops::Range;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    spans: Vec<Range<u32>>,
}

impl Taken {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn spans(&self) -> &[Range<u32>] {
        &self.spans
    }

    pub fn contains(&self, minute: u32) -> bool {
        let next = self.spans.partition_point(|known| known.end <= minute);
        self.spans
            .get(next)
            .is_some_and(|known| known.start <= minute)
    }

    /// Adds a span. Spans that it overlaps or touches become one with it.
    pub fn insert(&mut self, span: Range<u32>) {
        if span.is_empty() {
            return;
        }
        let mut known = self.spans.iter_mut();
        match known.find(|known| known.start <= span.end && span.start <= known.end) {
            Some(known) => {
                known.start = known.start.min(span.start);
                known.end = known.end.max(span.end);
            }
            None => {
                let place = self.spans.partition_point(|known| known.end < span.start);
                self.spans.insert(place, span);
            }
        }
    }

    /// The first minute from `from` on at which `length` minutes are free.
    pub fn free_from(&self, from: u32, length: u32) -> u32 {
        let mut start = from;
        for known in &self.spans {
            if known.start >= start + length {
                break;
            }
            start = start.max(known.end);
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(spans: &[Range<u32>]) -> Taken {
        let mut taken = Taken::new();
        for span in spans {
            taken.insert(span.clone());
        }
        taken
    }

    #[test]
    fn spans_stay_sorted() {
        assert_eq!(
            taken(&[60..70, 10..20, 30..40]).spans(),
            [10..20, 30..40, 60..70]
        );
    }

    #[test]
    fn what_touches_becomes_one() {
        assert_eq!(
            taken(&[10..20, 20..30]).spans(),
            std::slice::from_ref(&(10..30))
        );
    }

    #[test]
    fn a_bridge_joins_both_banks() {
        assert_eq!(
            taken(&[10..20, 30..40, 15..35]).spans(),
            std::slice::from_ref(&(10..40))
        );
    }

    #[test]
    fn the_next_free_minute_is_found() {
        assert_eq!(taken(&[10..20, 30..40]).free_from(5, 8), 20);
    }
}
