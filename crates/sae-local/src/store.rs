//! Durable state: an embedded database in a folder.
//!
//! A call hands over what it has changed while it still holds the state of its tenant, so changes come in the order in
//! which they were made. One thread takes all that has come together, makes it durable with a single commit, and says
//! how far it has come. A call is answered once everything that it may have seen is durable, reads too: what anybody
//! was told survives the end of the process, however it ends.
//!
//! Time alone is not written. What it does to a state comes out the same whenever it is done, so it is done again after
//! a restart; what it has done by the next command is written with that. A clock that is driven is written at once: what
//! was seen at a time that somebody has set forward is seen again.

mod database;
mod durable_state;
mod error;
mod folder;
mod lock;
mod tables;
mod writer;

pub use self::database::Store;
pub use self::durable_state::DurableState;
pub use self::error::DataError;
pub use self::lock::lock;
pub use self::writer::{CommitTicket, WritePermit};
