//! Walks over the fields of a comma separated line without copying them.

/// What is still to be read of a line. Becomes `None` after the last field.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    rest: Option<&'a str>,
    taken: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(line: &'a str) -> Self {
        Cursor {
            rest: Some(line.trim_end_matches(['\r', '\n'])),
            taken: 0,
        }
    }

    /// The next field. Quotes around a field are taken off; commas between them do not separate.
    pub fn field(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        self.taken += 1;
        if let Some(quoted) = rest.strip_prefix('"') {
            if let Some((field, after)) = quoted.split_once('"') {
                self.rest = after.strip_prefix(',');
                return Some(field);
            }
        }
        match rest.split_once(',') {
            Some((field, after)) => {
                self.rest = Some(after);
                Some(field)
            }
            None => {
                self.rest = None;
                Some(rest)
            }
        }
    }

    /// How many fields were read.
    pub fn taken(&self) -> usize {
        self.taken
    }
}
