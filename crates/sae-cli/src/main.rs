//! The `sae` program: call any operation, sign requests, run a local SAE, watch a demo.

use std::pin::pin;
use std::process::ExitCode;

mod args;
mod commands;
mod context;
mod duration;
mod exit;
mod failure;
mod follow;
mod input;
mod operations;
mod output;
mod shell;
mod timestamp;

use args::Parsed;
use commands::Work;
use exit::Exit;
use failure::Failure;
use output::{report, status, stdout, waiting};

fn main() -> ExitCode {
    if status::is_ci() && std::env::var_os("CLICOLOR_FORCE").is_none() {
        console::set_colors_enabled(false);
        console::set_colors_enabled_stderr(false);
    }
    let given: Vec<_> = std::env::args_os().collect();
    let ended = args::parse(given.clone()).and_then(|parsed| match parsed {
        Parsed::Command(command) => run(commands::work(*command)),
        Parsed::Text(text) => stdout::write(&text).map(|()| Exit::DONE),
    });
    let exit = ended.unwrap_or_else(|failure| {
        report::print(&failure);
        match failure.exit() {
            Exit::USAGE => args::exit_of_usage(&given),
            exit => exit,
        }
    });
    exit.into()
}

/// Runs a command to its end, on this thread.
fn run(work: Work) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("the runtime can't start: {error}")))?;
    let mut ended = None;
    runtime.block_on(waiting::explained(pin!(async { ended = Some(work.await) })));
    ended.unwrap_or_else(|| Err(Failure::other("the command ended without a result")))
}
