//! Breaks the text of labels into lines, without copying any of it.

/// The lines of a text, none wider than `width` characters but where one word alone is.
///
/// Spaces at a break belong to neither line. Line breaks in the text stay.
pub fn wrap(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        lines.extend(wrap_paragraph(paragraph, width));
    }
    lines
}

fn wrap_paragraph(paragraph: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut start, mut end) = (0, 0);
    let mut position = 0;
    for word in paragraph.split(' ') {
        let (from, to) = (position, position + word.len());
        position = to + 1;
        if word.is_empty() {
            continue;
        }
        if end == start {
            start = from;
        } else if paragraph[start..to].chars().count() > width {
            lines.push(&paragraph[start..end]);
            start = from;
        }
        end = to;
    }
    lines.push(&paragraph[start..end]);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_on_the_next_line_when_they_do_not_fit() {
        assert_eq!(
            wrap("this side up, keep dry", 9),
            ["this side", "up, keep", "dry"]
        );
    }

    #[test]
    fn a_long_word_stands_alone() {
        assert_eq!(
            wrap("a photomultiplier tube", 6),
            ["a", "photomultiplier", "tube"]
        );
    }

    #[test]
    fn lines_are_parts_of_the_text() {
        let text = String::from("fragile\nglass");
        let lines = wrap(&text, 20);
        assert_eq!(lines[1].as_ptr(), text[8..].as_ptr());
    }
}
