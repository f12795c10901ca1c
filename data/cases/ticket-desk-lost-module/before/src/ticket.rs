use crate::escalation;

/// Who takes care of a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    First,
    Second,
    Manager,
}

/// Moments are minutes since the desk opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub title: String,
    pub opened: u64,
    pub level: Level,
}

#[derive(Debug, Default)]
pub struct Desk {
    tickets: Vec<Ticket>,
}

impl Desk {
    pub fn open(&mut self, title: &str, now: u64) {
        self.tickets.push(Ticket {
            title: title.to_string(),
            opened: now,
            level: Level::First,
        });
    }

    /// Hands tickets that waited too long to the next level, and says how many those were.
    pub fn escalate(&mut self, now: u64) -> usize {
        let mut moved = 0;
        for ticket in &mut self.tickets {
            if escalation::is_overdue(ticket.level, now - ticket.opened) {
                ticket.level = escalation::next_level(ticket.level);
                moved += 1;
            }
        }
        moved
    }

    pub fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_ticket_starts_at_the_first_level() {
        let mut desk = Desk::default();
        desk.open("printer", 5);
        assert_eq!(desk.tickets()[0].level, Level::First);
    }
}
