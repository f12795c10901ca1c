"""The crates of the quick-gear benchmark: one small library each, sound but for one line."""

from __future__ import annotations

from dataclasses import dataclass

_MANIFEST = '[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n{dependencies}\n'

_SHELF = """\
use std::collections::HashMap;
use std::fmt::Write;

/// A book and how often it was lent.
#[derive(Clone, Debug, PartialEq)]
pub struct Book {
    pub title: String,
    pub lent: u32,
}

/// Books by their shelf mark.
#[derive(Debug, Default)]
pub struct Shelf {
    books: HashMap<String, Book>,
    journal: Vec<Book>,
}

impl Shelf {
    pub fn add(&mut self, mark: &str, title: &str) {
        let book = Book { title: title.to_string(), lent: 0 };
        self.books.insert(mark.to_string(), book);
    }

    pub fn lend(&mut self, mark: &str) -> Option<u32> {
        let book = self.books.get_mut(mark)?;
        book.lent += 1;
        Some(book.lent)
    }

    pub fn note(&mut self, book: Book) -> String {
        self.journal.push(book.clone());
        book.title
    }

    pub fn label(&self, mark: &str) -> String {
        match self.books.get(mark) {
            Some(book) => format!("{mark}: {}", book.title),
            None => "missing".to_string(),
        }
    }

    pub fn list(&self) -> String {
        let mut marks: Vec<&String> = self.books.keys().collect();
        marks.sort();
        let mut list = String::new();
        for mark in marks {
            writeln!(list, "{}", self.label(mark)).unwrap();
        }
        list
    }

    pub fn total(&self) -> u32 {
        let mut total = 0;
        for book in self.books.values() {
            total += book.lent;
        }
        total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lending_counts() {
        let mut shelf = Shelf::default();
        shelf.add("a1", "Emma");
        assert_eq!(shelf.lend("a1"), Some(1));
        assert_eq!(shelf.lend("a1"), Some(2));
        assert_eq!(shelf.lend("b2"), None);
        assert_eq!(shelf.total(), 2);
    }

    #[test]
    fn the_list_is_sorted() {
        let mut shelf = Shelf::default();
        shelf.add("b2", "Persuasion");
        shelf.add("a1", "Emma");
        assert_eq!(shelf.list(), "a1: Emma\\nb2: Persuasion\\n");
        assert_eq!(shelf.label("c3"), "missing");
    }

    #[test]
    fn a_noted_book_gives_its_title() {
        let mut shelf = Shelf::default();
        let book = Book { title: "Emma".to_string(), lent: 0 };
        assert_eq!(shelf.note(book.clone()), "Emma");
        assert_eq!(shelf.journal, [book]);
    }
}
"""


@dataclass(frozen=True)
class Fault:
    """One error: ``sound`` occurs once in the library and is replaced by ``broken``."""

    name: str
    sound: str
    broken: str

    def files(self, name: str, *, dependencies: str = "", mended: bool = False) -> dict[str, str]:
        """The crate's files by path."""
        assert _SHELF.count(self.sound) == 1, self.name
        return {
            "Cargo.toml": _MANIFEST.format(name=name, dependencies=dependencies),
            ".gitignore": "/target/\n",
            "src/lib.rs": _SHELF if mended else _SHELF.replace(self.sound, self.broken),
        }


FAULTS = (
    Fault("mismatched_types", '"missing".to_string()', '"missing"'),
    Fault("undeclared_type", "use std::collections::HashMap;\n", ""),
    Fault("trait_not_in_scope", "use std::fmt::Write;\n", ""),
    Fault("moved_value", "push(book.clone())", "push(book)"),
    Fault("immutable_binding", "let mut total", "let total"),
    Fault("immutable_receiver", "pub fn lend(&mut self", "pub fn lend(&self"),
    Fault("misspelt_method", "marks.sort();", "marks.sorted();"),
    Fault("misspelt_name", "total += book.lent;", "totl += book.lent;"),
)

BASE = {
    "base/Cargo.toml": _MANIFEST.format(name="base", dependencies=""),
    "base/src/lib.rs": "/// The year of a date written as `2026-02-12`.\n"
    "pub fn year(date: &str) -> Option<u32> {\n    date.split('-').next()?.parse().ok()\n}\n",
}
