//! Questions that an auditor asks of the journal.

use journal::Journal;

/// How often a document was refused to somebody.
pub fn refusals(journal: &Journal, document: u32) -> usize {
    let mut refused = 0;
    journal.visit(document, |entry| {
        if !entry.granted {
            refused += 1;
        }
    });
    refused
}

/// Whether anybody ever asked for a document.
pub fn was_asked_for(journal: &Journal, document: u32) -> bool {
    let asked = std::cell::Cell::new(false);
    journal.visit(document, |_| asked.set(true));
    asked.get()
}
