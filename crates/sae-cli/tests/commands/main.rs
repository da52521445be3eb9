//! The commands from outside: arguments, streams and exit codes, in a pipe and on a terminal.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod addresses;
mod applications;
mod call;
mod configure;
mod deploy;
mod doctor;
mod environment;
#[cfg(unix)]
mod examples;
mod grammar;
mod guide;
mod hidden;
#[cfg(unix)]
mod input;
mod lists;
mod logs;
mod manifests;
mod orders;
mod picture;
mod program;
mod races;
mod resumption;
mod screens;
mod sign;
#[cfg(target_os = "linux")]
mod streams;
mod terminal;
mod waits;
mod watching;
