//! Errors of the control interface.

use std::fmt;

use crate::control::faults::FaultError;
use crate::store::DataError;

/// Why a [`Control`](crate::Control) can't do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlError {
    kind: ControlErrorKind,
    message: String,
    possible: Vec<String>,
}

/// The kind of a [`ControlError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ControlErrorKind {
    /// The request is invalid.
    Invalid,
    /// The tenant, fault or path doesn't exist.
    NotFound,
    /// The tenant exists already.
    Taken,
    /// A call of a seed was refused.
    Refused,
    /// The path doesn't have this method.
    Method,
    /// The media type of the body isn't `application/json`.
    MediaType,
    /// The request came from a page of another site, or from another machine.
    Foreign,
    /// The folder for state can't be written.
    Data,
}

impl ControlError {
    pub(crate) fn new(kind: ControlErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), possible: Vec::new() }
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ControlErrorKind::Invalid, message)
    }

    /// Adds what is possible instead.
    pub(crate) fn possible(self, what: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { possible: what.into_iter().map(Into::into).collect(), ..self }
    }

    /// The kind of the error.
    pub const fn kind(&self) -> ControlErrorKind {
        self.kind
    }

    /// What is possible instead; empty if that isn't known.
    pub fn alternatives(&self) -> &[String] {
        &self.possible
    }

    /// The message, without what is possible instead.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status for it.
    pub(crate) const fn status(&self) -> u16 {
        match self.kind {
            ControlErrorKind::Invalid | ControlErrorKind::Refused => 400,
            ControlErrorKind::Foreign => 403,
            ControlErrorKind::NotFound => 404,
            ControlErrorKind::Method => 405,
            ControlErrorKind::Taken => 409,
            ControlErrorKind::MediaType => 415,
            ControlErrorKind::Data => 500,
        }
    }
}

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if self.possible.is_empty() { Ok(()) } else { write!(f, "; possible: {}", self.possible.join(", ")) }
    }
}

impl std::error::Error for ControlError {}

impl From<DataError> for ControlError {
    fn from(error: DataError) -> Self {
        Self::new(ControlErrorKind::Data, error.to_string())
    }
}

impl From<FaultError> for ControlError {
    fn from(error: FaultError) -> Self {
        Self::invalid(error.to_string())
    }
}
