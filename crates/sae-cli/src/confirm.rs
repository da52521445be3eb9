//! Questions before something is lost.

use std::io::{BufRead as _, IsTerminal as _};

use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::transport::text::escape_control;

use crate::failure::Failure;
use crate::tell::{self, tell};

/// Adds `--yes` to a command that asks.
pub fn argument(command: Command) -> Command {
    command.arg(
        Arg::new("yes")
            .long("yes")
            .short('y')
            .action(ArgAction::SetTrue)
            .help("Don't ask; needed where there is no terminal to ask on"),
    )
}

/// Asks on a terminal whether to go on; elsewhere `--yes` must say so.
pub fn ask(question: &str, options: &ArgMatches) -> Result<(), Failure> {
    if options.get_flag("yes") {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "there is no terminal to ask on whether to {}; --yes does it without asking",
            escape_control(question)
        )));
    }
    tell::part(&format!("{}? [y/N] ", escape_control(question)));
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::other(format!("no answer can be read: {error}")))?;
    if !answer.ends_with('\n') {
        // Ctrl-D leaves the question's line as it is.
        tell!("");
    }
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::other("nothing was done")),
    }
}
