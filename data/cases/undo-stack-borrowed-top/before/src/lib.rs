//! The undo history of a text field. Letters typed in one go are undone in one go.

/// The text as it stood before a change, and the moment of the change in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    pub text: String,
    pub at: u64,
}

#[derive(Debug, Default)]
pub struct Field {
    text: String,
    history: Vec<Snapshot>,
    longest_pause: u64,
}

/// Changes closer together than this belong to one step.
const STEP: u64 = 400;

impl Field {
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Types a letter. A pause starts a new step of the history.
    pub fn type_letter(&mut self, letter: char, at: u64) {
        let last = self.history.last();
        let starts_step = match last {
            Some(snapshot) => at - snapshot.at > STEP,
            None => true,
        };
        if starts_step {
            self.history.push(Snapshot {
                text: self.text.clone(),
                at,
            });
        }
        if let Some(snapshot) = last {
            self.note_pause(at - snapshot.at);
        }
        self.text.push(letter);
    }

    /// Goes back one step; false when there is nothing to undo.
    pub fn undo(&mut self) -> bool {
        match self.history.pop() {
            Some(snapshot) => {
                self.text = snapshot.text;
                true
            }
            None => false,
        }
    }

    /// The longest time that passed between a letter and the step it was compared with.
    pub fn longest_pause(&self) -> u64 {
        self.longest_pause
    }

    fn note_pause(&mut self, milliseconds: u64) {
        self.longest_pause = self.longest_pause.max(milliseconds);
    }
}
