//! What the service is, without HTTP, clock or randomness: functions of (state, command, now).
//!
//! One tenant is one [`State`]. Time reaches it through [`State::advance`] alone, which does everything that has
//! fallen due since the last call, in the order in which it fell due; a command then works on the state as it is at
//! that moment. Called seldom or often, the outcome is the same.

pub mod abort;
pub mod address;
pub mod application;
pub mod catalogue;
pub mod change_order;
pub mod configuration;
pub mod create;
pub mod deploy;
pub mod engine;
pub mod event;
pub mod id;
pub mod instance;
pub mod k8s;
pub mod life;
pub mod margin;
pub mod mishap;
pub mod namespace;
pub mod pace;
pub mod plan;
pub mod refusal;
pub mod shelf;
pub mod slb;
pub mod snapshot;
pub mod state;
pub mod time;
pub mod usage;

#[cfg(test)]
mod tests;

pub use application::Application;
pub use change_order::ChangeOrder;
pub use mishap::Mishap;
pub use pace::Pace;
pub use refusal::Refusal;
pub use state::State;
pub use time::Millis;
