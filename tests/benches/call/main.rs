//! What one typed, signed call costs its program, next to the same call made with the bare HTTP client and serde.
//!
//!     cargo bench --package sae-tests --bench call
//!
//! Client and server have a core each. Both sides call in turns, and the medians are compared. Nothing is asserted but that every
//! answer is right: how much it costs depends on the machine. Built as programs of users are by default, with the feature
//! `tracing` on and nobody listening. That allocations are counted costs either side some thousand instructions.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark ends where something is not as it must be, and prints what it measured"
)]

mod instructions;
mod meter;
#[path = "../pinned.rs"]
mod pinned;
mod server;
mod side;

use std::env;

use server::Server;
use side::Side;

fn main() {
    match env::var(ROLE).as_deref() {
        Ok("server") => return server::serve(),
        Ok(side) => return instructions::caller(side),
        Err(_) => pinned::caller(),
    }
    let server = Server::start();
    println!(
        "| a call | typed and signed | bare | ratio | must | aim |\n| --- | --- | --- | --- | --- | --- |"
    );
    for (in_flight, bounds) in [(1, "≤ 1.10 | ≤ 0.95"), (64, "≤ 1.25 | ≤ 1.00")] {
        let cost = meter::both(server.address, in_flight);
        let name =
            if in_flight == 1 { "one after the other".to_owned() } else { format!("{in_flight} in flight") };
        let ratio = cost.sae.micros / cost.bare.micros;
        println!(
            "| CPU, {name} | {:.1} µs | {:.1} µs | {ratio:.2} | {bounds} |",
            cost.sae.micros, cost.bare.micros
        );
        let [sae, bare] = [&cost.sae, &cost.bare].map(|cost| format!("{:.0} | ", cost.allocations));
        println!(
            "| allocations, {name} | {sae}{bare}{:.2} | | |",
            cost.sae.allocations / cost.bare.allocations
        );
    }
    match instructions::both(server.address) {
        Ok([sae, bare]) => {
            println!(
                "| instructions in user mode | {sae:.0} | {bare:.0} | {:.2} | ≤ 140000 | ≤ 100000 |",
                sae / bare
            );
        }
        Err(why) => println!("\nInstructions are not counted: {why}."),
    }
}

/// Says what a process of this program is for.
const ROLE: &str = "SAE_BENCH_ROLE";
