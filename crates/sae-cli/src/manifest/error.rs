//! Errors of manifests.

use std::fmt;

/// Why a manifest can't be read, planned or applied.
#[derive(Debug)]
pub enum Error {
    /// The manifest is invalid: one line per mistake.
    Invalid(String),
    /// A call failed.
    Call(Box<sae::Error>),
    /// Anything else.
    Other(String),
}

impl Error {
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }

    pub fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(message) | Self::Other(message) => f.write_str(message),
            Self::Call(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            Self::Invalid(_) | Self::Other(_) => None,
        }
    }
}

impl From<sae::Error> for Error {
    fn from(error: sae::Error) -> Self {
        Self::Call(Box::new(error))
    }
}
