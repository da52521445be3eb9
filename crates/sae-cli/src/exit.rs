//! Exit codes. Those of errors and of rollouts are the library's.

use std::process::ExitCode;

use sae::Error;
use sae::change_order::Outcome;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(u8);

impl Exit {
    /// What was asked for is done.
    pub const DONE: Self = Self(0);
    /// A failure that has no code of its own.
    pub const OTHER: Self = Self(1);
    /// The command line is wrong.
    pub const USAGE: Self = Self(2);
    /// `sae drift` has found a difference.
    pub const DIFFERS: Self = Self(2);
    /// The service may have done what it was asked to do, or not.
    pub const UNKNOWN: Self = Self(4);
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
