//! Failures as people read them, on standard error.

use std::error::Error as _;

use sae::Error;
use sae::transport::innermost_cause;
use sae::transport::text::escape_control_lines;

use super::status::status;
use super::{advice, refusal};
use crate::failure::Failure;

/// Prints a failure as a paragraph.
pub fn print(failure: &Failure) {
    match failure {
        Failure::NoReader => {}
        Failure::Help(text) => status!("{}", escape_control_lines(text.trim_end())),
        Failure::Usage(message) | Failure::Other(message) => {
            status!("error: {}", escape_control_lines(message));
        }
        Failure::Rollout(end, message) => status!("{}: {}", end.label(), escape_control_lines(message)),
        Failure::Call(error) => status!("error: {}", error_text(error)),
        Failure::Advised(failure, advice) => {
            print(failure);
            for (why, command) in advice {
                status!("{}", advice_line(why, command));
            }
        }
    }
}

/// An error as text: operation, code, message and request ID in the first line; then causes and advice.
pub fn error_text(error: &Error) -> String {
    let mut text = escape_control_lines(&error.to_string());
    if let Some(status) = error.status() {
        text.push_str(&format!("\n  HTTP status: {status}"));
    }
    if let Some(cause) = error.source() {
        text.push_str(&format!("\n  cause: {}", escape_control_lines(&innermost_cause(cause).to_string())));
    }
    if let Some(report) = refusal::of_call(error) {
        text.push_str(&format!("\n\n{}", report.trim_end()));
    } else if let Some(todo) = advice::of(error) {
        text.push_str(&format!("\n  what to do: {todo}"));
    }
    text
}

/// The line of a suggested command.
pub fn advice_line(why: &str, command: &str) -> String {
    format!("  {why}: {command}")
}
