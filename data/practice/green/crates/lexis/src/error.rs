use std::fmt;

/// What can be wrong with a formula.
#[derive(Clone, Debug, PartialEq)]
pub enum Error {
    /// A character that begins no token, and its byte offset.
    Stray { character: char, at: usize },
    /// A number that cannot be read, as it was written.
    Number(String),
    /// Something else stood where an operand or a bracket was due.
    Expected { what: &'static str, found: String },
    /// A name that the scope does not define.
    Unknown(String),
    /// The right-hand side of a division was zero.
    DivisionByZero,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Stray { character, at } => write!(f, "stray `{character}` at byte {at}"),
            Error::Number(text) => write!(f, "`{text}` is not a number"),
            Error::Expected { what, found } => write!(f, "expected {what}, found {found}"),
            Error::Unknown(name) => write!(f, "nobody told me what `{name}` is"),
            Error::DivisionByZero => f.write_str("division by zero"),
        }
    }
}

impl std::error::Error for Error {}
