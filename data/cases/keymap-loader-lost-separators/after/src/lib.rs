//! Key bindings, read from lines like `ctrl+s = save`.

use std::collections::BTreeMap;

/// A key with the modifiers that are held down.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chord {
    pub control: bool,
    pub shift: bool,
    pub key: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeymapError {
    NoCommand(usize),
    Twice(usize),
}

/// Reads a chord: modifiers in any order, then the key.
pub fn parse_chord(text: &str) -> Chord {
    let mut chord = Chord {
        control: false,
        shift: false,
        key: String::new(),
    };
    for part in text.split('+').map(str::trim) {
        match part {
            "ctrl" => chord.control = true,
            "shift" => chord.shift = true,
            key => chord.key = key.to_string(),
        }
    }
    chord
}

/// Reads a whole file; empty lines and lines after `#` do not count.
pub fn parse_keymap(text: &str) -> Result<BTreeMap<Chord, String>, KeymapError> {
    let mut keys = BTreeMap::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let (chord, command) = line
            .split_once('=')
            .ok_or(KeymapError::NoCommand(index + 1))?;
        let previous = keys.insert(parse_chord(chord), command.trim().to_string());
        if previous.is_some() {
            return Err(KeymapError::Twice(index + 1));
        }
    }
    Ok(keys)
}
