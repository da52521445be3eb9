//! The `sae` program: call any operation, sign requests, run a local SAE, watch a demo.

use std::pin::{Pin, pin};
use std::process::ExitCode;

mod advice;
mod columns;
mod commands;
mod confirm;
mod failure;
mod help;
mod input;
mod lines;
mod list;
mod manifest;
mod nearest;
mod number;
mod operations;
mod parameters;
mod query;
mod render;
mod rollout;
mod session;
mod span;
mod stamp;
mod stdout;
mod tell;
mod tree;
mod waiting;
mod yaml;

use failure::Failure;

fn main() -> ExitCode {
    if tell::is_ci() && std::env::var_os("CLICOLOR_FORCE").is_none() {
        console::set_colors_enabled(false);
        console::set_colors_enabled_stderr(false);
    }
    match tree::run(std::env::args_os().collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Runs a future to its end, on this thread.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let mut done = None;
    run(pin!(async { done = Some(future.await) }))?;
    done.unwrap_or_else(|| Err(Failure::other("the work has no end")))
}

/// One for all futures: the loop inside is large.
fn run(work: Pin<&mut dyn Future<Output = ()>>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("the runtime can't start: {error}")))?;
    runtime.block_on(waiting::explained(work));
    Ok(())
}
