use crate::block::{Block, Line};

/// Fills lines of at most `width` columns with the words of `text`, one paragraph after the other.
///
/// Paragraphs are separated by empty lines in `text` and by one empty line in the block. A word that
/// is wider than a line gets a line of its own.
pub fn wrap(text: &str, width: usize) -> Block {
    let mut block = Block::new();
    for paragraph in text.split("\n\n") {
        if !block.lines().is_empty() {
            block.push(Line::default());
        }
        fill(&mut block, paragraph, width);
    }
    block
}

fn fill(block: &mut Block, paragraph: &str, width: usize) {
    let mut line = String::new();
    for word in paragraph.split_whitespace() {
        let needed = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && needed > width {
            block.push(Line::new(std::mem::take(&mut line)));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        block.push(Line::new(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_move_to_the_next_line_whole() {
        assert_eq!(
            wrap("one two three four", 9).to_string(),
            "one two\nthree\nfour\n"
        );
    }

    #[test]
    fn a_wide_word_gets_its_own_line() {
        assert_eq!(
            wrap("an incomprehensible word", 6).to_string(),
            "an\nincomprehensible\nword\n"
        );
    }

    #[test]
    fn paragraphs_stay_apart() {
        assert_eq!(wrap("one\n\ntwo", 9).to_string(), "one\n\ntwo\n");
    }
}
