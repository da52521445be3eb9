//! Refusals of EDAS.
//!
//! EDAS documents no error codes of its own. It answers its refusals with HTTP 200 and a number in `Code`, which its
//! documentation calls the status of the interface. These numbers have the meaning that HTTP gives them.

use crate::domain::Refusal;

/// The request is invalid.
pub const WRONG: &str = "400";
/// Something doesn't exist.
pub const ABSENT: &str = "404";
/// The state doesn't allow it.
pub const CONFLICT: &str = "409";

/// Refuses the value of a parameter.
pub fn wrong(parameter: &str, reason: impl std::fmt::Display) -> Refusal {
    Refusal::with(WRONG, [format!("{parameter}: {reason}")])
}

/// Refuses a request because something doesn't exist.
pub fn absent(what: impl std::fmt::Display) -> Refusal {
    Refusal::with(ABSENT, [format!("{what} does not exist")])
}

/// Refuses a request because the state doesn't allow it.
pub fn conflict(reason: impl Into<String>) -> Refusal {
    Refusal::with(CONFLICT, [reason.into()])
}
