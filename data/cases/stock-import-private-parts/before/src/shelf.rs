use std::collections::BTreeMap;

/// Units by article. Articles are written small and without spaces around.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shelf {
    units: BTreeMap<String, u32>,
}

impl Shelf {
    pub fn put(&mut self, article: &str, count: u32) {
        *self.units.entry(normalise(article)).or_insert(0) += count;
    }

    /// How many units there are of an article.
    pub fn units(&self, article: &str) -> u32 {
        self.units.get(&normalise(article)).copied().unwrap_or(0)
    }

    pub fn articles(&self) -> impl Iterator<Item = &str> {
        self.units.keys().map(String::as_str)
    }
}

/// The way an article is written on the shelf.
fn normalise(article: &str) -> String {
    article.trim().to_lowercase()
}
