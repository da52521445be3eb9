//! Why a fault can't be made.

use std::fmt;

use super::targets::STARTING;

/// Why a fault can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultError {
    /// There is no such operation.
    UnknownOperation {
        /// As it was given.
        name: String,
        /// One with nearly this name.
        near: Option<&'static str>,
    },
    /// There is no such code.
    UnknownCode {
        /// As it was given.
        code: String,
        /// The codes that there are for it.
        possible: Vec<&'static str>,
    },
    /// The operation never answers the code.
    ForeignCode {
        /// The code.
        code: String,
        /// The operation; none for all.
        operation: Option<String>,
        /// The codes that there are for it.
        possible: Vec<&'static str>,
    },
    /// The operation starts no instances, so none can fail.
    NoInstances {
        /// The operation.
        name: String,
    },
    /// It says neither an effect nor a latency.
    NoEffect,
    /// The probability is none.
    Probability,
    /// The status is not one of an error.
    Status(u16),
    /// A throttled client has to wait for some time.
    NoWait,
    /// It happens no times.
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
            Self::NoEffect => f.write_str("the fault has no effect: give one, or a latency"),
            Self::Probability => f.write_str("a probability is a number from 0 to 1"),
            Self::Status(status) => write!(f, "{status} is no status of an error: give one from 400 to 599"),
            Self::Never => f.write_str("a fault that happens 0 times is none: give more"),
            Self::NoWait => {
                f.write_str("a throttled client is told how long to wait: give more than nothing")
            }
        }
    }
}

impl std::error::Error for FaultError {}
