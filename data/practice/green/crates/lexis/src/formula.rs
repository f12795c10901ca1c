use crate::error::Error;
use crate::scope::Scope;

/// The four operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A formula as a tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Formula {
    Number(f64),
    Name(String),
    Negated(Box<Formula>),
    Binary {
        operator: Operator,
        left: Box<Formula>,
        right: Box<Formula>,
    },
}

impl Formula {
    /// Evaluates the formula, taking its names from `scope`.
    pub fn value(&self, scope: &Scope) -> Result<f64, Error> {
        match self {
            Formula::Number(number) => Ok(*number),
            Formula::Name(name) => scope.get(name),
            Formula::Negated(inner) => Ok(-inner.value(scope)?),
            Formula::Binary {
                operator,
                left,
                right,
            } => {
                let (left, right) = (left.value(scope)?, right.value(scope)?);
                match operator {
                    Operator::Add => Ok(left + right),
                    Operator::Subtract => Ok(left - right),
                    Operator::Multiply => Ok(left * right),
                    Operator::Divide if right == 0.0 => Err(Error::DivisionByZero),
                    Operator::Divide => Ok(left / right),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parser::parse;

    #[test]
    fn names_come_from_the_scope() {
        let mut scope = Scope::new();
        scope.set("width", 3.0);
        scope.set("height", 4.0);
        let area = parse("width * height").unwrap();
        assert_eq!(area.value(&scope), Ok(12.0));
    }

    #[test]
    fn division_by_zero_is_an_error() {
        let formula = parse("1 / (2 - 2)").unwrap();
        assert_eq!(formula.value(&Scope::new()), Err(Error::DivisionByZero));
    }
}
