//! Why an answer can't be read.

use std::fmt;

use crate::schema::memory::OverBudget;

/// A text that is neither JSON nor XML, or not whole, or none of the service, or that would take too much memory.
#[derive(Debug)]
pub struct DecodeError(Cause);

#[derive(Debug)]
enum Cause {
    Malformed(Box<dyn std::error::Error + Send + Sync>),
    TooMuchMemory(usize),
    /// Somebody else's text: what it is.
    Foreign(String),
}

impl DecodeError {
    pub(crate) fn new(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Cause::Malformed(Box::new(cause)))
    }

    pub(crate) fn over(budget: &OverBudget) -> Self {
        Self(Cause::TooMuchMemory(budget.limit()))
    }

    /// Somebody else's text: what it is.
    pub(crate) fn foreign(what: String) -> Self {
        Self(Cause::Foreign(what))
    }

    /// If it would take too much memory once it is read: the limit in bytes.
    pub const fn memory_limit(&self) -> Option<usize> {
        match &self.0 {
            Cause::Malformed(_) | Cause::Foreign(_) => None,
            Cause::TooMuchMemory(limit) => Some(*limit),
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Malformed(_) => f.write_str("neither a JSON document nor an XML one of the expected form"),
            Cause::TooMuchMemory(limit) => {
                write!(f, "what is read from it would take more memory than the limit of {limit} bytes")
            }
            Cause::Foreign(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for DecodeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Cause::Malformed(cause) => Some(&**cause),
            Cause::TooMuchMemory(_) | Cause::Foreign(_) => None,
        }
    }
}
