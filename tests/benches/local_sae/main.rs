//! What `sae local` takes: the figures that the design names, measured on the program itself, from outside.
//!
//!     cargo bench --package sae-tests --bench local_sae
//!
//! Builds the program, gives it one core and the load another, and prints a table. Nothing is asserted but that every
//! answer is right and that no acknowledged write is lost: how fast it is depends on the machine.

#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark ends where something is not as it must be, and prints what it measured"
)]

mod figures;
mod load;
#[path = "../pinned.rs"]
mod pinned;
mod server;

use std::env;
use std::path::PathBuf;

use figures::Table;

fn main() {
    // Cargo passes `--bench`; a name runs one figure alone.
    let only = env::args().skip(1).find(|argument| !argument.starts_with('-'));
    pinned::caller();
    let program = server::build();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut table = Table::default();
    for (name, figure) in figures::ALL {
        if only.as_deref().is_none_or(|only| name.contains(only)) {
            eprintln(&format!("measuring: {name}"));
            runtime.block_on(figure(&program, &mut table));
        }
    }
    println!("{table}");
}

fn eprintln(text: &str) {
    use std::io::Write as _;
    // Progress for a person; nobody is hurt if it can't be written.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A folder of its own for a store.
fn folder() -> PathBuf {
    let folder = env::temp_dir().join(format!("sae-bench-{}-{}", std::process::id(), load::unique()));
    std::fs::create_dir_all(&folder).expect("a folder for the store");
    folder
}
