//! The desk of a library understands short commands.

use shelf::{CopyId, Shelf};

/// Copies on display, which are not lent.
pub const DISPLAY: [CopyId; 2] = [CopyId(1), CopyId(2)];

pub fn is_on_display(copy: CopyId) -> bool {
    DISPLAY.contains(&copy)
}

/// `lend COPY READER` or `return COPY`; what the desk says to it.
pub fn command(shelf: &mut Shelf, line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let numbers: Vec<u32> = words.iter().filter_map(|word| word.parse().ok()).collect();
    match (words.first().copied(), numbers.as_slice()) {
        (Some("lend"), [copy, reader]) => match shelf.lend(CopyId(*copy), *reader) {
            Ok(()) => format!("{copy} goes to {reader}"),
            Err(other) => format!("{copy} is with {other}"),
        },
        (Some("return"), [copy]) => match shelf.take_back(CopyId(*copy)) {
            Some(reader) => format!("{reader} brought {copy} back"),
            None => format!("{copy} was not lent"),
        },
        _ => "lend COPY READER, or return COPY".to_string(),
    }
}
