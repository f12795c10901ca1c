use std::iter::Peekable;
use std::vec::IntoIter;

use crate::error::Error;
use crate::formula::{Formula, Operator};
use crate::token::{tokens, Token};

/// Reads a formula.
///
/// `*` and `/` bind tighter than `+` and `-`; operators of one rank are read from left to right.
pub fn parse(source: &str) -> Result<Formula, Error> {
    let mut parser = Parser {
        rest: tokens(source)?.into_iter().peekable(),
    };
    let formula = parser.sum()?;
    match parser.rest.next() {
        None => Ok(formula),
        Some(token) => Err(expected("an operator", Some(token))),
    }
}

struct Parser {
    rest: Peekable<IntoIter<Token>>,
}

impl Parser {
    fn sum(&mut self) -> Result<Formula, Error> {
        let mut left = self.product()?;
        loop {
            let operator = match self.rest.peek() {
                Some(Token::Sign('+')) => Operator::Add,
                Some(Token::Sign('-')) => Operator::Subtract,
                _ => return Ok(left),
            };
            self.rest.next();
            left = binary(operator, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Formula, Error> {
        let mut left = self.operand()?;
        loop {
            let operator = match self.rest.peek() {
                Some(Token::Sign('*')) => Operator::Multiply,
                Some(Token::Sign('/')) => Operator::Divide,
                _ => return Ok(left),
            };
            self.rest.next();
            left = binary(operator, left, self.operand()?);
        }
    }

    fn operand(&mut self) -> Result<Formula, Error> {
        match self.rest.next() {
            Some(Token::Number(number)) => Ok(Formula::Number(number)),
            Some(Token::Name(name)) => Ok(Formula::Name(name)),
            Some(Token::Sign('-')) => Ok(Formula::Negated(Box::new(self.operand()?))),
            Some(Token::Sign('(')) => {
                let inner = self.sum()?;
                match self.rest.next() {
                    Some(Token::Sign(')')) => Ok(inner),
                    found => Err(expected("`)`", found)),
                }
            }
            found => Err(expected("a number or a name", found)),
        }
    }
}

fn binary(operator: Operator, left: Formula, right: Formula) -> Formula {
    Formula::Binary {
        operator,
        left: Box::new(left),
        right: Box::new(right),
    }
}

fn expected(what: &'static str, found: Option<Token>) -> Error {
    let found = found.map_or_else(|| "the end".to_string(), |token| token.to_string());
    Error::Expected { what, found }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::Scope;

    fn value(source: &str) -> Result<f64, Error> {
        parse(source)?.value(&Scope::new())
    }

    #[test]
    fn products_bind_tighter_than_sums() {
        assert_eq!(value("1 + 2 * 3"), Ok(7.0));
        assert_eq!(value("(1 + 2) * 3"), Ok(9.0));
    }

    #[test]
    fn operators_of_one_rank_go_left_to_right() {
        assert_eq!(value("10 - 4 - 3"), Ok(3.0));
        assert_eq!(value("16 / 4 / 2"), Ok(2.0));
    }

    #[test]
    fn a_minus_may_stand_before_an_operand() {
        assert_eq!(value("2 * -3"), Ok(-6.0));
    }

    #[test]
    fn an_open_bracket_must_be_closed() {
        assert_eq!(
            parse("(1 + 2").unwrap_err().to_string(),
            "expected `)`, found the end"
        );
    }

    #[test]
    fn two_operands_in_a_row_are_an_error() {
        assert_eq!(
            parse("2 3").unwrap_err().to_string(),
            "expected an operator, found 3"
        );
    }
}
