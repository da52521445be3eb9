//! Why a command ends without having done what was asked for.

use sae::Error;
use sae::change_order::Outcome;

use crate::exit::Exit;

/// Why a command failed.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A call failed.
    Call(Box<Error>),
    /// A rollout didn't end as wanted.
    Rollout(RolloutFailure, String),
    /// Anything else.
    Other(String),
    /// Another failure with commands to type next.
    Advised(Box<Failure>, Vec<Advice>),
    /// The command line names no command or verb; the text is the help that lists them.
    Help(String),
    /// Nobody reads standard output any more, which is all that the command is for. The exit code is 0.
    NoReader,
}

/// A purpose and the command to type.
pub type Advice = (&'static str, String);

/// How a rollout ended without success.
#[derive(Clone, Copy, Debug)]
pub enum RolloutFailure {
    Failed,
    /// Aborted or rolled back.
    RolledBack,
    WaitingForConfirmation,
    TimedOut,
    /// Ctrl-C was pressed.
    Interrupted,
    /// It was accepted, but can't be followed.
    Lost,
}

impl RolloutFailure {
    /// The label before the message: not all of these are errors.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Failed => "error",
            Self::RolledBack => "ended",
            Self::WaitingForConfirmation => "waiting",
            Self::TimedOut => "timed out",
            Self::Interrupted => "interrupted",
            Self::Lost => "unknown",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Failed => Outcome::Failed.into(),
            Self::RolledBack => Outcome::Aborted.into(),
            Self::WaitingForConfirmation => Outcome::WaitingForConfirmation.into(),
            Self::TimedOut => Outcome::TimedOut.into(),
            Self::Interrupted => Exit::OTHER,
            Self::Lost => Exit::UNKNOWN,
        }
    }
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    pub fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }

    /// Adds commands to type next.
    pub fn advised(self, advice: Vec<Advice>) -> Self {
        Self::Advised(Box::new(self), advice)
    }

    /// Whether the service may have accepted the request or not.
    pub fn is_outcome_unknown(&self) -> bool {
        self.exit() == Exit::UNKNOWN
    }

    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Help(_) => Exit::USAGE,
            Self::Call(error) => Exit::from(&**error),
            Self::Rollout(rollout, _) => rollout.exit(),
            Self::Other(_) => Exit::OTHER,
            Self::Advised(failure, _) => failure.exit(),
            Self::NoReader => Exit::DONE,
        }
    }

    /// Its first line.
    pub fn message(&self) -> String {
        match self {
            Self::NoReader => String::new(),
            Self::Usage(message) | Self::Other(message) | Self::Rollout(_, message) | Self::Help(message) => {
                message.clone()
            }
            Self::Call(error) => error.to_string(),
            Self::Advised(failure, _) => failure.message(),
        }
    }
}

impl From<sae_manifest::Error> for Failure {
    fn from(error: sae_manifest::Error) -> Self {
        use sae_manifest::Error::{Call, Invalid, NoApplication, Refused};
        match error {
            Call(error) => Self::Call(error),
            Invalid { .. } | Refused(_) | NoApplication(_) => Self::Usage(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(error))
    }
}
