//! The server: connections, limits, and the way of a call through the gateway.

mod budget;
mod builder;
mod connection;
mod exchange;
mod gateway;
mod idle_tracker;
mod incoming;
mod limits;
mod listener;
mod local_sae;
mod response_body;
mod serve;
mod server_state;

pub use self::builder::{Builder, StartError};
pub use self::limits::Limits;
pub use self::local_sae::LocalSae;
