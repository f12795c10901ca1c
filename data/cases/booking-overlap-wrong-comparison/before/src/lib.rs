//! Bookings of a meeting room. Times are minutes of the day.

/// From `start` up to, but not including, `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: u16,
    pub end: u16,
}

#[derive(Clone, Debug, Default)]
pub struct Room {
    bookings: Vec<Span>,
}

impl Span {
    /// Whether the two share a minute.
    pub fn overlaps(self, other: Span) -> bool {
        self.start <= other.end
            && self.start != self.end
            && other.start != other.end
            && other.start <= self.end
    }
}

impl Room {
    /// Books a span, or names the booking that is in the way.
    pub fn book(&mut self, span: Span) -> Result<(), Span> {
        match self.bookings.iter().find(|booked| booked.overlaps(span)) {
            Some(booked) => Err(*booked),
            None => {
                self.bookings.push(span);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_booking_in_the_way_is_named() {
        let mut room = Room::default();
        let morning = Span {
            start: 540,
            end: 660,
        };
        assert_eq!(room.book(morning), Ok(()));
        let inside = Span {
            start: 600,
            end: 630,
        };
        assert_eq!(room.book(inside), Err(morning));
    }

    #[test]
    fn a_room_is_free_the_moment_a_booking_ends() {
        let mut room = Room::default();
        let noon = Span {
            start: 660,
            end: 720,
        };
        assert_eq!(room.book(noon), Ok(()));
        let before = Span {
            start: 600,
            end: 660,
        };
        assert_eq!(room.book(before), Ok(()));
        let after = Span {
            start: 720,
            end: 780,
        };
        assert_eq!(room.book(after), Ok(()));
    }
}
