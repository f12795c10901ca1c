//! Finds the placeholders of a template: `Dear {name}, …`.

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Walks over a template piece by piece.
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    pub fn new(template: &'a str) -> Self {
        Scanner { rest: template }
    }
}

impl<'a> Iterator for Scanner<'a> {
    type Item = Piece<'a>;

    /// An opening brace without a closing one is text.
    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        if let Some(inner) = self.rest.strip_prefix('{') {
            if let Some((name, rest)) = inner.split_once('}') {
                self.rest = rest;
                return Some(Piece::Name(name.trim()));
            }
        }
        let skip = usize::from(self.rest.starts_with('{'));
        let end = match self.rest[skip..].find('{') {
            Some(brace) => skip + brace,
            None => self.rest.len(),
        };
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(Piece::Text(text))
    }
}

/// The names of a template in the order in which they come.
pub fn names(template: &str) -> Vec<&str> {
    Scanner::new(template).filter_map(name_of).collect()
}

fn name_of<'t>(piece: Piece<'t>) -> Option<&'t str> {
    match piece {
        Piece::Name(name) => Some(name),
        Piece::Text(_) => None,
    }
}
