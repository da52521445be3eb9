//! Asks for confirmation before something is lost.

use std::io::{BufRead as _, IsTerminal as _};

use sae::transport::text::escape_control;

use crate::args::Confirmation;
use crate::failure::Failure;
use crate::output::status::{self, status};

/// Asks for confirmation on a terminal; elsewhere `--yes` is required.
pub fn ask(question: &str, confirmation: Confirmation) -> Result<(), Failure> {
    if confirmation.yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(format!(
            "there is no terminal to ask on; add --yes to {}",
            escape_control(question)
        )));
    }
    status::part(&format!("{}? [y/N] ", escape_control(question)));
    let mut answer = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::other(format!("no answer can be read: {error}")))?;
    if !answer.ends_with('\n') {
        // Ctrl-D doesn't end the line of the question.
        status!("");
    }
    match answer.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::other("cancelled; nothing was changed")),
    }
}
