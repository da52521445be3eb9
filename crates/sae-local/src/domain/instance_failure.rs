//! How instances fail when a test asks for it.

use serde::{Deserialize, Serialize};

/// How the instances that a change order starts fail.
///
/// The domain never makes them fail by itself; a test sets [`State::failure`](super::State::failure).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InstanceFailure {
    /// Their image or package can't be fetched.
    ImagePull,
    /// They start, but never become ready.
    NeverReady,
}

impl InstanceFailure {
    /// The service's word for the status of an instance that fails so.
    pub const fn status(self) -> &'static str {
        match self {
            Self::ImagePull => "ImagePullBackOff",
            Self::NeverReady => "CrashLoopBackOff",
        }
    }

    /// The reason that the change order reports.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::ImagePull => "instances can't pull their image or package",
            Self::NeverReady => "instances start and don't become ready",
        }
    }

    /// What to check first, for a person.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::ImagePull => {
                "Check that the address exists and that the network of the application reaches it."
            }
            Self::NeverReady => "Look at the log of the instance and at the readiness check.",
        }
    }
}
