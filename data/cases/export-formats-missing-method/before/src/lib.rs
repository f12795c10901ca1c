//! Ways to write a table to a file.

/// A format that a table can be written in.
pub trait Format {
    /// As in `Content-Type`.
    fn media_type(&self) -> &'static str;

    /// The ending of a file's name, without a dot, as the media type suggests: csv, tsv, md.
    fn extension(&self) -> &'static str;

    fn row(&self, cells: &[&str]) -> String;
}

/// Comma separated, quoted where needed.
pub struct Commas;

/// Tab separated; tabs within a cell become spaces.
pub struct Tabs;

/// A table of Markdown.
pub struct Markdown;

impl Format for Commas {
    fn media_type(&self) -> &'static str {
        "text/csv"
    }

    fn extension(&self) -> &'static str {
        "csv"
    }

    fn row(&self, cells: &[&str]) -> String {
        let quoted: Vec<String> = cells
            .iter()
            .map(|cell| match cell.contains([',', '"']) {
                true => format!("\"{}\"", cell.replace('"', "\"\"")),
                false => cell.to_string(),
            })
            .collect();
        quoted.join(",")
    }
}

impl Format for Tabs {
    fn media_type(&self) -> &'static str {
        "text/tab-separated-values"
    }

    fn row(&self, cells: &[&str]) -> String {
        let clean: Vec<String> = cells.iter().map(|cell| cell.replace('\t', " ")).collect();
        clean.join("\t")
    }
}

impl Format for Markdown {
    fn media_type(&self) -> &'static str {
        "text/markdown"
    }

    fn extension(&self) -> &'static str {
        "md"
    }

    fn row(&self, cells: &[&str]) -> String {
        format!("| {} |", cells.join(" | "))
    }
}

/// The name a table is saved under.
pub fn file_name(table: &str, format: &dyn Format) -> String {
    format!("{}.{}", table.replace(' ', "-"), format.extension())
}
