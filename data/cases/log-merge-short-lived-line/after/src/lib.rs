//! Merges log files whose lines begin with a time stamp that sorts as text.

use std::io::{self, Read};

/// A source of log lines and the name it has in the merged log.
pub struct Source<R> {
    pub name: String,
    pub reader: R,
}

impl<R: Read> Source<R> {
    pub fn new(name: &str, reader: R) -> Self {
        Source {
            name: name.to_string(),
            reader,
        }
    }
}

/// All lines of all sources in the order of their stamps, each with its source's name.
pub fn merge<R: Read>(sources: &mut [Source<R>]) -> io::Result<String> {
    let mut lines: Vec<(String, &str)> = Vec::new();
    for source in sources.iter_mut() {
        let mut text = String::new();
        source.reader.read_to_string(&mut text)?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            lines.push((line.to_string(), source.name.as_str()));
        }
    }
    lines.sort();
    let mut merged = String::new();
    for (line, name) in lines {
        merged.push_str(&format!("{line} [{name}]\n"));
    }
    Ok(merged)
}
