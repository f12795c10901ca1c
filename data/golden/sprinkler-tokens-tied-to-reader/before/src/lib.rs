//! Reads the rules of a sprinkler: `bed.north = 12; lawn = 30`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    Name(&'a str),
    Number(u32),
    Sign(char),
}

/// Cuts a text into tokens, with one to look ahead.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    rest: &'a str,
    ahead: Option<Token<'a>>,
}

impl<'a> Tokens<'a> {
    pub fn new(text: &'a str) -> Self {
        Tokens {
            rest: text,
            ahead: None,
        }
    }

    /// The token that comes next, which stays.
    pub fn peek(&mut self) -> Option<Token<'_>> {
        if self.ahead.is_none() {
            self.ahead = self.cut();
        }
        self.ahead
    }

    /// The token that comes next, which is gone then.
    pub fn advance(&mut self) -> Option<Token<'_>> {
        match self.ahead.take() {
            None => self.cut(),
            token => token,
        }
    }

    fn cut(&mut self) -> Option<Token<'a>> {
        let text = self.rest.trim_start();
        let first = text.chars().next()?;
        let part = |more: fn(char) -> bool| text.find(|c| !more(c)).unwrap_or(text.len());
        let (length, token) = if first.is_ascii_digit() {
            let end = part(|c| c.is_ascii_digit());
            (end, Token::Number(text[..end].parse().ok()?))
        } else if first.is_alphabetic() {
            let end = part(|c| c.is_alphanumeric() || c == '.');
            (end, Token::Name(&text[..end]))
        } else {
            (first.len_utf8(), Token::Sign(first))
        };
        self.rest = &text[length..];
        Some(token)
    }
}

/// The rules of a text, in order: what is watered, for how many minutes.
pub fn rules(text: &str) -> Option<Vec<(&str, u32)>> {
    let mut tokens = Tokens::new(text);
    let mut rules = Vec::new();
    while tokens.peek().is_some() {
        rules.push(rule(&mut tokens)?);
        if let Some(Token::Sign(';')) = tokens.peek() {
            tokens.advance();
        }
    }
    Some(rules)
}

fn rule<'a>(tokens: &mut Tokens<'a>) -> Option<(&'a str, u32)> {
    let name = tokens.advance()?;
    let sign = tokens.advance()?;
    let number = tokens.advance()?;
    match (name, sign, number) {
        (Token::Name(name), Token::Sign('='), Token::Number(minutes)) => Some((name, minutes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_in_order() {
        let found = rules("bed.north = 12; lawn = 30").unwrap();
        assert_eq!(found, [("bed.north", 12), ("lawn", 30)]);
    }

    #[test]
    fn a_rule_without_minutes_is_none() {
        assert_eq!(rules("lawn ="), None);
    }
}
