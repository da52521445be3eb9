//! The server: connections, limits, and what happens to one request.

mod budget;
mod builder;
mod connection;
mod gateway;
mod limits;
mod line;
mod listener;
mod local_sae;
mod payload;
mod pulse;
mod station;

pub use self::builder::{Builder, StartError};
pub use self::limits::Limits;
pub use self::local_sae::LocalSae;
