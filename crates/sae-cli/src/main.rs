//! The `sae` program: call any operation, sign requests, run a local SAE, watch a demo.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program talks through its streams")]

use std::process::ExitCode;

mod call;
mod command;
mod demo;
mod failure;
mod local;
mod operations;
mod parameters;
mod render;
mod shown;
mod sign;

use failure::Failure;

fn main() -> ExitCode {
    let arguments: Vec<String> =
        std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print();
            ExitCode::from(failure.exit_code())
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    let operation = command::operation(arguments)?;
    let matches = match command::build(operation).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return command::report(&error),
    };
    match matches.subcommand() {
        Some(("call", matches)) => call::run(operation, matches),
        Some(("sign", matches)) => sign::run(matches),
        Some(("local", matches)) => local::run(matches),
        Some(("demo", matches)) => demo::run(matches),
        _ => Err(Failure::usage("no command; `sae --help` lists them")),
    }
}

/// Runs a future to its end, on this thread.
fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other(format!("the runtime can't start: {error}")))?
        .block_on(future)
}
