//! Durable state: an embedded database in a folder.
//!
//! A call enqueues its changes while it holds the state of its tenant, so they are written in the order in which they
//! were made. One thread takes all queued changes, commits them together, and reports how far it has come. A call, also
//! one that only reads, is answered once everything that it may have seen is durable. What a client was told survives
//! the end of the process, however it ends.
//!
//! What happens as time goes by isn't written by itself: it comes out the same when it is computed again after a
//! restart, and the next command writes it. A clock that a test drives is written at once, so that what was seen after
//! setting it forward is seen again.

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
