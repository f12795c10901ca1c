use std::fmt;
use std::iter::Peekable;
use std::str::CharIndices;

use crate::error::Error;

/// The smallest piece of a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    Number(f64),
    Name(String),
    Sign(char),
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Number(number) => write!(f, "{number}"),
            Token::Name(name) => f.write_str(name),
            Token::Sign(sign) => write!(f, "`{sign}`"),
        }
    }
}

/// Cuts a formula into tokens.
pub fn tokens(source: &str) -> Result<Vec<Token>, Error> {
    let mut found = Vec::new();
    let mut rest = source.char_indices().peekable();
    while let Some(&(at, character)) = rest.peek() {
        if character.is_whitespace() {
            rest.next();
        } else if character.is_ascii_digit() {
            let text = take_while(&mut rest, |c| c.is_ascii_digit() || c == '.');
            let number = text.parse().map_err(|_| Error::Number(text))?;
            found.push(Token::Number(number));
        } else if character.is_alphabetic() {
            let name = take_while(&mut rest, |c| c.is_alphanumeric() || c == '_');
            found.push(Token::Name(name));
        } else if "+-*/()".contains(character) {
            found.push(Token::Sign(character));
            rest.next();
        } else {
            return Err(Error::Stray { character, at });
        }
    }
    Ok(found)
}

fn take_while(rest: &mut Peekable<CharIndices<'_>>, keep: impl Fn(char) -> bool) -> String {
    let mut text = String::new();
    while let Some(&(_, character)) = rest.peek() {
        if !keep(character) {
            break;
        }
        text.push(character);
        rest.next();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_names_and_signs_are_told_apart() {
        assert_eq!(
            tokens("2.5*net_price"),
            Ok(vec![
                Token::Number(2.5),
                Token::Sign('*'),
                Token::Name("net_price".to_string()),
            ])
        );
    }

    #[test]
    fn a_stray_character_is_reported_with_its_place() {
        assert_eq!(
            tokens("1 + é$"),
            Err(Error::Stray {
                character: '$',
                at: 6
            })
        );
    }

    #[test]
    fn two_points_make_no_number() {
        assert_eq!(tokens("1.2.3"), Err(Error::Number("1.2.3".to_string())));
    }
}
