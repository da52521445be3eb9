//! The service itself, without HTTP, system clock or randomness: functions of state, command and time.
//!
//! A tenant has one [`State`] a service. Only [`State::advance`] lets time go by: it does everything that has fallen
//! due since the last call, in the order in which it fell due. A command then works on the state as it is at that
//! moment. The result doesn't depend on how often `advance` is called.

pub mod address;
pub mod application;
pub mod catalogue;
pub mod change_order;
pub mod clock;
pub mod commands;
pub mod config_map;
pub mod configuration;
pub mod cron;
pub mod engine;
pub mod event;
pub mod grey_tag_route;
pub mod id;
pub mod ingress;
pub mod instance;
pub mod instance_failure;
pub mod integer;
pub mod job;
pub mod job_engine;
pub mod k8s;
pub mod key_values;
pub mod load_balancer;
pub mod microservice;
pub mod monitoring;
pub mod namespace;
pub mod nlb;
pub mod pace;
pub mod plan;
pub mod reference;
pub mod refusal;
pub mod rollout_bounds;
pub mod secret;
pub mod snapshot;
pub mod state;
pub mod swimming_lane;
pub mod tags;
pub mod time;
pub mod tracked_map;
pub mod usage;
pub mod web_application;

#[cfg(test)]
mod tests;

pub use application::Application;
pub use change_order::ChangeOrder;
pub use instance_failure::InstanceFailure;
pub use pace::Pace;
pub use refusal::Refusal;
pub use state::State;
pub use time::Millis;
