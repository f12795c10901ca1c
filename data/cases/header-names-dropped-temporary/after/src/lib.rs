//! The head of a message: `Name: value` lines up to the first empty one.

use std::collections::HashMap;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Head {
    fields: HashMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine(pub usize);

impl Head {
    /// Names are compared without case; a field that comes twice is joined by a comma.
    pub fn parse(text: &str) -> Result<Head, BadLine> {
        let mut head = Head::default();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').ok_or(BadLine(number + 1))?;
            let name = name.to_ascii_lowercase();
            let name = name.trim();
            if name.is_empty() {
                return Err(BadLine(number + 1));
            }
            head.add(name, value.trim());
        }
        Ok(head)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields
            .get(&name.to_ascii_lowercase())
            .map(String::as_str)
    }

    fn add(&mut self, name: &str, value: &str) {
        let field = self.fields.entry(name.to_string()).or_default();
        if !field.is_empty() {
            field.push_str(", ");
        }
        field.push_str(value);
    }
}
