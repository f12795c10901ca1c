//! Reads the settings of a film scanner: INI with sections, keys and comment lines.

use std::collections::BTreeMap;

/// The values of a section by key.
pub type Section = BTreeMap<String, String>;

/// Why a text is no INI. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IniError {
    /// Neither `[section]`, nor `key = value`, nor a comment.
    Unreadable { line: usize },
    /// A key before the first section.
    Homeless { line: usize },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ini {
    sections: BTreeMap<String, Section>,
}

impl Ini {
    /// A section may come back further down: later keys are added, and win over earlier ones.
    pub fn parse(text: &str) -> Result<Ini, IniError> {
        let mut ini = Ini::default();
        let mut current: Option<String> = None;
        let mut section = Section::new();
        for (index, raw) in text.lines().enumerate() {
            let line = raw.trim();
            if line.is_empty() || line.starts_with([';', '#']) {
                continue;
            }
            if let Some(name) = section_name(line) {
                if let Some(done) = current.replace(name.to_string()) {
                    ini.sections.entry(done).or_default().append(&mut section);
                }
                continue;
            }
            let (key, value) = line
                .split_once('=')
                .ok_or(IniError::Unreadable { line: index + 1 })?;
            if current.is_none() {
                return Err(IniError::Homeless { line: index + 1 });
            }
            section.insert(key.trim().to_string(), value.trim().to_string());
        }
        if let Some(done) = current {
            ini.sections.entry(done).or_default().append(&mut section);
        }
        Ok(ini)
    }

    pub fn get(&self, section: &str, key: &str) -> Option<&str> {
        self.sections.get(section)?.get(key).map(String::as_str)
    }

    pub fn sections(&self) -> impl Iterator<Item = &str> {
        self.sections.keys().map(String::as_str)
    }
}

fn section_name(line: &str) -> Option<&str> {
    Some(line.strip_prefix('[')?.strip_suffix(']')?.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCANNER: &str = "; the lab's\n[lamp]\nwarmup = 30\nlevel=4\n\n[film]\nwidth = 35\n";

    #[test]
    fn keys_belong_to_their_section() {
        let ini = Ini::parse(SCANNER).unwrap();
        assert_eq!(ini.get("lamp", "level"), Some("4"));
        assert_eq!(ini.get("film", "width"), Some("35"));
        assert_eq!(ini.get("film", "level"), None);
    }

    #[test]
    fn a_section_may_come_back() {
        let ini = Ini::parse(&format!("{SCANNER}[lamp]\nlevel = 5\n")).unwrap();
        assert_eq!(ini.get("lamp", "level"), Some("5"));
        assert_eq!(ini.get("lamp", "warmup"), Some("30"));
    }

    #[test]
    fn a_key_without_a_section_is_an_error() {
        assert_eq!(
            Ini::parse("\nlevel = 4"),
            Err(IniError::Homeless { line: 2 })
        );
    }
}
