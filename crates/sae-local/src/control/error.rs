//! Why something can't be done to a server.

use std::fmt;

use crate::control::faults::FaultError;
use crate::store::DataError;

/// Why a [`Control`](crate::Control) can't do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlError {
    kind: ControlErrorKind,
    message: String,
    possible: Vec<String>,
}

/// What kind of reason it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ControlErrorKind {
    /// What was asked for makes no sense.
    Invalid,
    /// There is no such tenant, fault or address.
    NotFound,
    /// There is one already.
    Taken,
    /// A call of a seed was refused.
    Refused,
    /// The address doesn't take this method.
    Method,
    /// The media type of the body isn't `application/json`.
    MediaType,
    /// It came from a page of another site.
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

    /// The same with what there is instead.
    pub(crate) fn possible(self, what: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { possible: what.into_iter().map(Into::into).collect(), ..self }
    }

    /// What kind of reason it is.
    pub const fn kind(&self) -> ControlErrorKind {
        self.kind
    }

    /// What there is instead of what was asked for, where that can be told.
    pub fn alternatives(&self) -> &[String] {
        &self.possible
    }

    /// What is wrong, without what there is instead.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The HTTP status that says the same.
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
