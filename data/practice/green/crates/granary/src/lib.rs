//! The ledger of a store room: every movement is written down, and the stock follows from them.
//!
//! ```
//! use granary::{Ledger, Movement};
//!
//! let mut ledger = Ledger::new();
//! ledger.record(Movement::incoming("barley", 12)).unwrap();
//! ledger.record(Movement::outgoing("barley", 5)).unwrap();
//! assert_eq!(ledger.stock_of("barley"), 7);
//! ```

mod ledger;
mod movement;
mod report;
mod shortage;

pub use ledger::Ledger;
pub use movement::{Direction, Movement};
pub use report::stock_list;
pub use shortage::Shortage;
