//! Headlines cut from a page of text.

pub struct Headline {
    pub text: &str,
    pub line: usize,
}

impl Headline {
    pub fn is_short(&self) -> bool {
        self.text.chars().count() <= 40
    }
}

/// The lines of the page that are written in capitals.
pub fn headlines(page: &str) -> Vec<Headline> {
    page.lines()
        .enumerate()
        .filter(|(_, text)| !text.is_empty() && *text == text.to_uppercase())
        .map(|(index, text)| Headline { text, line: index + 1 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_headlines() {
        let found = headlines("THE HARVEST\nIt rained.\n\nTHE FAIR\nIt did not.");
        let lines: Vec<_> = found.iter().map(|headline| headline.line).collect();
        assert_eq!(lines, [1, 4]);
        assert!(found[0].is_short());
    }
}
