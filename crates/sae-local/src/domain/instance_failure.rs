//! What goes wrong when somebody asks for it.

use serde::{Deserialize, Serialize};

/// What happens to the instances that a change order starts.
///
/// Nobody asks for it within the domain: it comes from outside, by [`State::failure`](super::State::mishap).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InstanceFailure {
    /// Their image or package can't be fetched.
    ImagePull,
    /// They start and never become ready.
    NeverReady,
}

impl InstanceFailure {
    /// What an instance is doing that has met with it, in the service's words.
    pub const fn status(self) -> &'static str {
        match self {
            Self::ImagePull => "ImagePullBackOff",
            Self::NeverReady => "CrashLoopBackOff",
        }
    }

    /// What is wrong, for the change order that fails of it.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::ImagePull => "instances can't pull their image or package",
            Self::NeverReady => "instances start and don't become ready",
        }
    }

    /// What a person looks at first.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::ImagePull => {
                "Check that the address exists and that the network of the application reaches it."
            }
            Self::NeverReady => "Look at the log of the instance and at the readiness check.",
        }
    }
}
