//! Why a command of EDAS is refused.
//!
//! EDAS documents no codes of its own but those of the gateway. What it refuses itself, it answers with HTTP 200 and
//! says so by the number in `Code`, which its documentation calls the status of the interface. These are the numbers
//! used here, with what HTTP means by them.

use crate::domain::Refusal;

/// Something about a request is wrong.
pub const WRONG: &str = "400";
/// Something isn't there.
pub const ABSENT: &str = "404";
/// Something stands in the way.
pub const CONFLICT: &str = "409";

/// A parameter has a value that can't be right.
pub fn wrong(parameter: &str, reason: impl std::fmt::Display) -> Refusal {
    Refusal::with(WRONG, [format!("{parameter}: {reason}")])
}

/// Something isn't there.
pub fn absent(what: impl std::fmt::Display) -> Refusal {
    Refusal::with(ABSENT, [format!("{what} does not exist")])
}

/// Something stands in the way.
pub fn conflict(reason: impl Into<String>) -> Refusal {
    Refusal::with(CONFLICT, [reason.into()])
}
