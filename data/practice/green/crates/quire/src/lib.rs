//! Text layout in a fixed-width grid.
//!
//! ```
//! use quire::{wrap, Align};
//!
//! let block = wrap("the quick brown fox", 10);
//! assert_eq!(block.to_string(), "the quick\nbrown fox\n");
//! assert_eq!(Align::Right.set("fox", 5), "  fox");
//! ```

mod align;
mod block;
mod table;
mod wrap;

pub use align::Align;
pub use block::{Block, Line};
pub use table::Table;
pub use wrap::wrap;
