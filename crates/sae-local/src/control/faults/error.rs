//! Errors of faults.

use std::fmt;

use super::targets::STARTING;

/// Why a fault can't be added.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultError {
    /// The operation doesn't exist.
    UnknownOperation {
        /// The name that was given.
        name: String,
        /// An operation with a similar name.
        near: Option<&'static str>,
    },
    /// The error code doesn't exist.
    UnknownCode {
        /// The code that was given.
        code: String,
        /// The codes that are possible.
        possible: Vec<&'static str>,
    },
    /// The operation never answers the code.
    ForeignCode {
        /// The code.
        code: String,
        /// The operation; none for all operations.
        operation: Option<String>,
        /// The codes that are possible.
        possible: Vec<&'static str>,
    },
    /// The operation starts no instances that could fail.
    NoInstances {
        /// The operation.
        name: String,
    },
    /// The fault has neither an effect nor a latency.
    NoEffect,
    /// The probability isn't a number from 0 to 1.
    Probability,
    /// The status isn't from 400 to 599.
    Status(u16),
    /// The time that a throttled client has to wait is 0.
    NoWait,
    /// The fault would never happen.
    Never,
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOperation { name, near } => {
                write!(f, "there is no operation {name:?}")?;
                near.map_or(Ok(()), |near| write!(f, "; did you mean {near}?"))
            }
            Self::UnknownCode { code, possible } => {
                write!(f, "there is no error code {code:?}; possible are {}", possible.join(", "))
            }
            Self::ForeignCode { code, operation: Some(operation), possible } => {
                write!(f, "{operation} never answers {code}; it answers {}", possible.join(", "))
            }
            Self::ForeignCode { code, operation: None, possible } => write!(
                f,
                "not every operation answers {code}: name one that does; every operation answers {}",
                possible.join(", ")
            ),
            Self::NoInstances { name } => {
                write!(f, "{name} starts no instances that could fail; these do: {}", STARTING.join(", "))
            }
            Self::NoEffect => f.write_str("a fault needs an effect or a latency"),
            Self::Probability => f.write_str("a probability is a number from 0 to 1"),
            Self::Status(status) => {
                write!(f, "{status} is not the status of an error: it must be from 400 to 599")
            }
            Self::Never => f.write_str("a fault must happen once at least, not 0 times"),
            Self::NoWait => f.write_str("the time that a throttled client has to wait must be longer than 0"),
        }
    }
}

impl std::error::Error for FaultError {}
