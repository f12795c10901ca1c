use crate::shelf::{self, Shelf};

/// What an import did with an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub article: String,
    pub before: u32,
    pub after: u32,
}

/// Puts `article; count` lines on a shelf. Lines without a count are skipped.
pub fn import(shelf: &mut Shelf, list: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    for line in list.lines() {
        let Some((article, count)) = line.split_once(';') else {
            continue;
        };
        let Ok(count) = count.trim().parse::<u32>() else {
            continue;
        };
        let article = shelf::normalise(article);
        let before = shelf.units(&article);
        shelf.put(&article, count);
        changes.push(Change {
            article,
            before,
            after: before + count,
        });
    }
    changes
}
