//! Exit codes. Their numbers are the library's.

use std::process::ExitCode;

use sae::Error;
use sae::change_order::Outcome;
use sae::exit_code;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(u8);

impl Exit {
    /// What was asked for is done.
    pub const DONE: Self = Self(exit_code::SUCCESS);
    /// Any other failure.
    pub const OTHER: Self = Self(exit_code::FAILURE);
    /// The command line is wrong.
    pub const USAGE: Self = Self(exit_code::USAGE);
    /// `sae drift` found a difference.
    pub const DIFFERS: Self = Self(2);
    /// The outcome is unknown: the service may have accepted the request or not.
    pub const UNKNOWN: Self = Self(exit_code::OUTCOME_UNKNOWN);
}

impl From<&Error> for Exit {
    fn from(error: &Error) -> Self {
        Self(error.exit_code())
    }
}

impl From<Outcome> for Exit {
    fn from(outcome: Outcome) -> Self {
        Self(outcome.exit_code())
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}
