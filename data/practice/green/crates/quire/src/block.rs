use std::fmt;

/// One line of a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
}

impl Line {
    /// A line that reads `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// What it reads.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its width in columns, one a character.
    pub fn width(&self) -> usize {
        self.text.chars().count()
    }

    /// Adds spaces until it is `width` columns wide.
    pub fn pad(&mut self, width: usize) {
        while self.width() < width {
            self.text.push(' ');
        }
    }
}

/// Lines that belong together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    lines: Vec<Line>,
}

impl Block {
    /// A block without lines.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a line at the bottom.
    pub fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// The lines, from the top.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.lines {
            writeln!(f, "{}", line.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_counts_characters_not_bytes() {
        assert_eq!(Line::new("crème").width(), 5);
    }

    #[test]
    fn padding_never_shortens_a_line() {
        let mut line = Line::new("brown");
        line.pad(3);
        assert_eq!(line.text(), "brown");
        line.pad(7);
        assert_eq!(line.text(), "brown  ");
    }
}
