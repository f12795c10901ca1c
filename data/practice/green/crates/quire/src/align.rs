/// Where a text sits in a field that is wider than it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Left,
    Centre,
    Right,
}

impl Align {
    /// Sets `text` in a field of `width` columns; a text that is too long is left as it is.
    pub fn set(self, text: &str, width: usize) -> String {
        match self {
            Align::Left => format!("{text:<width$}"),
            Align::Centre => format!("{text:^width$}"),
            Align::Right => format!("{text:>width$}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_gets_its_spaces() {
        assert_eq!(Align::Left.set("ab", 4), "ab  ");
        assert_eq!(Align::Centre.set("ab", 4), " ab ");
        assert_eq!(Align::Right.set("ab", 4), "  ab");
    }

    #[test]
    fn a_long_text_is_not_cut() {
        assert_eq!(Align::Right.set("abcdef", 3), "abcdef");
    }
}
