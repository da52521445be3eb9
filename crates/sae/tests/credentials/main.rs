//! Where credentials come from, against servers, files and programs that behave like the documented ones: good, slow and broken.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod chain;
mod client;
mod profiles;
mod refreshing;
mod roles;
mod sources;
mod stage;
