//! What went wrong, as a paragraph on standard error and an exit code.

use std::error::Error as StdError;

use sae::Error;
use sae::change_order::Outcome;
use sae::transport::text::escape_control_lines;

use crate::advice;
use crate::commands::sign::refusal;
use crate::exit::Exit;
use crate::tell::tell;

/// Why the program ends with another code than 0.
#[derive(Debug)]
pub enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A call failed.
    Call(Box<Error>),
    /// A rollout ended otherwise than in success.
    Rollout(Rollout, String),
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
pub enum Rollout {
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

impl Rollout {
    /// What stands before the message: not all of these are errors.
    const fn word(self) -> &'static str {
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

    pub fn print(&self) {
        match self {
            Self::NoReader => {}
            Self::Help(text) => tell!("{}", escape_control_lines(text.trim_end())),
            Self::Usage(message) | Self::Other(message) => tell!("error: {}", escape_control_lines(message)),
            Self::Rollout(rollout, message) => tell!("{}: {}", rollout.word(), escape_control_lines(message)),
            Self::Call(error) => tell!("error: {}", told(error)),
            Self::Advised(failure, advice) => {
                failure.print();
                for (why, command) in advice {
                    tell!("{}", line(why, command));
                }
            }
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(Box::new(error))
    }
}

/// First line: operation, code, message, request id. Then causes, and what to do.
pub fn told(error: &Error) -> String {
    let mut text = escape_control_lines(&error.to_string());
    if let Some(status) = error.status() {
        text.push_str(&format!("\n  HTTP status: {status}"));
    }
    if let Some(cause) = error.source() {
        text.push_str(&format!("\n  cause: {}", escape_control_lines(&innermost(cause))));
    }
    if let Some(report) = refusal::of_call(error) {
        text.push_str(&format!("\n\n{}", report.trim_end()));
    } else if let Some(todo) = advice::of(error) {
        text.push_str(&format!("\n  what to do: {todo}"));
    }
    text
}

/// Where an error comes from: those between only say that something failed.
pub fn innermost(mut cause: &(dyn StdError + 'static)) -> String {
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

/// How a command to type next stands below a message.
pub fn line(why: &str, command: &str) -> String {
    format!("  {why}: {command}")
}
