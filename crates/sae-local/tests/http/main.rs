//! The server through raw HTTP: requests signed by hand, answers read as text.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test"
)]

mod authentication;
mod client;
mod life;
mod limits;
mod wire;
