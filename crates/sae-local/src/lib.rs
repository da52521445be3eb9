//! A local Alibaba Cloud SAE: real HTTP, real signatures, honest state, no account.
//!
//! [`LocalSae::start`] opens a server on a free port of 127.0.0.1. Any SDK of Alibaba Cloud talks to it as it is: the
//! endpoint is [`LocalSae::endpoint`], the access key `local` with the secret `local-secret`. Both signature schemes
//! are verified, answers come as JSON or XML by `Accept`, refusals with the documented status, code and message.
//! The Kubernetes side of EDAS is there, too, with one cluster in each region; neither service sees what the other has.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! use sae_local::LocalSae;
//!
//! let local = LocalSae::start().await?;
//! assert!(local.endpoint().starts_with("http://127.0.0.1:"));
//! local.stop().await;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! State lives in memory, or in a folder with [`Builder::data`]: what was answered then survives the end of the process.
//!
//! Inside, `domain` is what the service is: functions of state, command and time, without I/O. Around it stand the
//! gateway (routes, authentication, parameters, answers), the store and HTTP. What isn't implemented answers by name, with the
//! code `Local.NotImplemented`.

pub use crate::control::{Control, ControlError, ControlErrorKind, Seed, Snapshot};
pub use crate::domain::pace::{Pace, UnknownPace};
pub use crate::faults::{Fault, FaultError, FaultReport};
pub use crate::journal::Served;
pub use crate::server::{Builder, Limits, LocalSae, StartError};
pub use crate::store::DataError;

mod access;
mod answer;
mod arrival;
mod authentication;
mod call;
mod clock;
mod control;
mod domain;
mod faults;
mod gateway;
mod handlers;
mod journal;
mod nonces;
mod operations;
mod parameters;
mod percent;
mod routes;
mod server;
mod store;
