//! Formulas: text in, numbers out.
//!
//! ```
//! use lexis::{parse, Scope};
//!
//! let mut scope = Scope::new();
//! scope.set("price", 40.0);
//! scope.set("tax", 0.25);
//! let formula = parse("price * (1 + tax)").unwrap();
//! assert_eq!(formula.value(&scope), Ok(50.0));
//! ```

mod error;
mod formula;
mod parser;
mod scope;
mod token;

pub use error::Error;
pub use formula::{Formula, Operator};
pub use parser::parse;
pub use scope::Scope;
pub use token::{tokens, Token};
