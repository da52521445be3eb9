//! Findings: mistakes in a manifest, and what the service would refuse.

use std::fmt;

/// A place in a text: line and column, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// A mistake in a manifest, or a value that the service would refuse.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Finding {
    /// Line in the manifest; the first is 1.
    pub line: usize,
    /// Column in the line, in characters; the first is 1. Where a key is wrong, line and column are those of the key, in JSON those of its
    /// value.
    pub column: usize,
    /// What is wrong, with the nearest valid values if there are any. It quotes no secret.
    pub message: String,
}

impl Finding {
    pub(crate) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { line: place.line, column: place.column, message: message.into() }
    }
}

/// Line and message, as in `4: application has no key "replcas"; did you mean replicas?`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}
