//! Why a command ends without having done what was asked for.

use sae::Error;
use sae::change_order::Outcome;

use crate::exit::Exit;
use crate::manifest;

/// Why the program ends with another code than 0.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A call failed.
    Call(Box<Error>),
    /// A rollout ended otherwise than in success.
    Rollout(RolloutFailure, String),
    /// Anything else.
    Other(String),
    /// One of these, and what to type next.
    Advised(Box<Failure>, Vec<Advice>),
    /// The command line names nothing to do: the help that says what there is.
    Help(String),
    /// Nobody reads standard output any more, which is all that the command is for. That is no failure.
    NoReader,
}

/// What for, and the command to type.
pub type Advice = (&'static str, String);

/// How a rollout ended.
#[derive(Clone, Copy, Debug)]
pub enum RolloutFailure {
    Failed,
    /// Aborted or rolled back.
    TakenBack,
    WaitsForConfirmation,
    TimedOut,
    /// Nobody watches it any more.
    Interrupted,
    /// It was accepted, and can't be followed.
    Lost,
}

impl RolloutFailure {
    /// What stands before the message: not all of these are errors.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Failed => "error",
            Self::TakenBack => "ended",
            Self::WaitsForConfirmation => "waiting",
            Self::TimedOut => "timed out",
            Self::Interrupted => "interrupted",
            Self::Lost => "unknown",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Failed => Outcome::Failed.into(),
            Self::TakenBack => Outcome::Aborted.into(),
            Self::WaitsForConfirmation => Outcome::WaitingForConfirmation.into(),
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

    /// The same with what to type next.
    pub fn advised(self, advice: Vec<Advice>) -> Self {
        Self::Advised(Box::new(self), advice)
    }

    /// Whether the service may have done what it was asked to do, or not.
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

impl From<manifest::Error> for Failure {
    fn from(error: manifest::Error) -> Self {
        match error {
            manifest::Error::Invalid(message) => Self::Usage(message),
            manifest::Error::Call(error) => Self::Call(error),
            manifest::Error::Other(message) => Self::Other(message),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(error))
    }
}
