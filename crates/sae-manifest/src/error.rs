//! Errors of manifests.

use std::fmt;

use crate::finding::Finding;

/// Why a manifest can't be read, planned, applied or exported.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The manifest has mistakes, or the service would refuse what it asks for. Nothing was changed.
    Invalid {
        /// Name of the manifest, as given to [`Manifest::read`](crate::Manifest::read).
        file: String,
        /// At least one, ordered by line.
        findings: Vec<Finding>,
    },
    /// The plan has changes that can't be made: one text per reason, with the name of what it is about. Nothing was changed.
    Refused(Vec<String>),
    /// There is no application of this name to export.
    NoApplication(String),
    /// A call failed.
    Call(Box<sae::Error>),
    /// A value or an answer of the service doesn't have the expected form.
    Other(String),
}

impl Error {
    pub(crate) fn invalid(file: &str, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_key(|finding| finding.line);
        Self::Invalid { file: file.to_owned(), findings }
    }

    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }
}

/// One line per finding, each with the name of the manifest and the line in it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { file, findings } => {
                let lines: Vec<_> = findings.iter().map(|finding| format!("{file}:{finding}")).collect();
                f.write_str(&lines.join("\n  "))
            }
            Self::Refused(reasons) => f.write_str(&reasons.join("\n  ")),
            Self::NoApplication(name) => write!(f, "there is no application {name:?} to export"),
            Self::Call(error) => error.fmt(f),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Call(error) => error.source(),
            _ => None,
        }
    }
}

impl From<sae::Error> for Error {
    fn from(error: sae::Error) -> Self {
        Self::Call(Box::new(error))
    }
}
