//! A journal of who asked for which document.

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub user: String,
    pub document: u32,
    pub granted: bool,
}

/// Entries, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
}

impl Journal {
    pub fn write(&mut self, user: &str, document: u32, granted: bool) {
        self.entries.push(Entry {
            user: user.to_string(),
            document,
            granted,
        });
    }

    /// Shows every entry of a document to `visit`, oldest first.
    pub fn visit<F: FnMut(&Entry)>(&self, document: u32, mut visit: F) {
        for entry in &self.entries {
            if entry.document == document {
                visit(entry);
            }
        }
    }
}
