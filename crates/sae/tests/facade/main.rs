//! What the client does on top of single calls: options, waits, lists, change orders, deployments that happen once, names.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod calls;
mod change_orders;
mod deploys;
mod follow;
mod lists;
mod names;
mod options;
mod policy;
mod promises;
mod retries;
mod runtimes;
mod sizes;
mod tokens;
mod world;
