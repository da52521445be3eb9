//! The server over raw HTTP: requests signed by hand, answers read as text.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test ends where something is not as it must be"
)]

mod account;
mod answers;
mod authentication;
mod calls;
mod client;
mod clocks;
mod config_maps;
mod connections;
mod control;
mod creation;
mod edas;
mod faults;
mod grey_tag_routes;
mod hosts;
mod ingresses;
mod invalid_utf8;
mod jobs;
mod journal;
mod lifecycle;
mod limits;
mod microservices;
mod namespaces;
mod nlb;
mod numbers;
mod parameters;
mod refusals;
mod secrets;
mod security_groups;
mod seeds;
mod slow;
mod sweep;
mod swimming_lanes;
mod tags;
mod tokens;
mod unauthenticated_bytes;
mod versions;
mod web_applications;
mod wire;
