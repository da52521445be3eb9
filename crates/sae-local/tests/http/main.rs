//! The server through raw HTTP: requests signed by hand, answers read as text.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod answers;
mod authentication;
mod client;
mod clocks;
mod connections;
mod control;
mod edas;
mod faults;
mod garbled;
mod hosts;
mod journal;
mod life;
mod limits;
mod numbers;
mod parameters;
mod refusals;
mod seeds;
mod slow;
mod strangers;
mod sweep;
mod tokens;
mod wire;
