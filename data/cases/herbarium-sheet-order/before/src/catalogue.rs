use std::collections::BTreeMap;

use crate::label::Label;

/// Sheets by label, with the note that the collector left.
#[derive(Debug, Default)]
pub struct Catalogue {
    sheets: BTreeMap<Label, String>,
}

impl Catalogue {
    /// Files a sheet; gives back the note of the sheet that had the same label.
    pub fn file(&mut self, label: Label, note: &str) -> Option<String> {
        self.sheets.insert(label, note.to_string())
    }

    /// All sheets in their order, as `genus species #number`.
    pub fn listing(&self) -> Vec<String> {
        self.sheets
            .keys()
            .map(|label| format!("{} {} #{}", label.genus, label.species, label.number))
            .collect()
    }
}
