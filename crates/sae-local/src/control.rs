//! The control interface: tenants, their time and state, faults, and the journal of requests.

mod api;
pub mod backend;
mod duration;
mod error;
pub mod faults;
pub mod http;
pub mod journal;
mod members;
mod seed;
mod snapshot;

pub use self::api::Control;
pub use self::error::{ControlError, ControlErrorKind};
pub use self::seed::Seed;
pub use self::snapshot::Snapshot;
