//! What the service is, without HTTP, clock or randomness: functions of (state, command, now).
//!
//! One tenant is one [`State`]. Time reaches it through [`State::advance`] alone, which does everything that has
//! fallen due since the last call, in the order in which it fell due; a command then works on the state as it is at
//! that moment. Called seldom or often, the outcome is the same.

pub mod address;
pub mod application;
pub mod catalogue;
pub mod change_order;
pub mod clock;
pub mod commands;
pub mod configuration;
pub mod engine;
pub mod event;
pub mod id;
pub mod instance;
pub mod instance_failure;
pub mod integer;
pub mod k8s;
pub mod load_balancer;
pub mod namespace;
pub mod pace;
pub mod plan;
pub mod refusal;
pub mod rollout_bounds;
pub mod snapshot;
pub mod state;
pub mod time;
pub mod tracked_map;
pub mod usage;

#[cfg(test)]
mod tests;

pub use application::Application;
pub use change_order::ChangeOrder;
pub use instance_failure::InstanceFailure;
pub use pace::Pace;
pub use refusal::Refusal;
pub use state::State;
pub use time::Millis;
