//! What a status means: the outcome of a change order, and words for people.

use std::fmt;
use std::time::Duration;

use sae_models::sae::ChangeOrderStatus;
use sae_transport::exit_code;

/// How a change order ended, or why waiting for it ended before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It succeeded.
    Succeeded,
    /// It failed, or its rollback did.
    Failed,
    /// It was aborted.
    Aborted,
    /// It was aborted, and another change order has restored the previous version.
    RolledBack {
        /// Identifier of that change order.
        by: String,
    },
    /// Its next batch waits for a confirmation: call [`ChangeOrder::confirm`](super::ChangeOrder::confirm), then wait again.
    WaitingForConfirmation,
    /// It waits for an approval, which can't be given through this API.
    WaitingForApproval,
    /// It has reported an abnormal state for as long as [`Wait::patience`](super::Wait::patience) allows. It keeps running, and blocks
    /// other changes, until it is aborted or rolled back.
    Stuck,
    /// Waiting timed out; the change order is still running.
    TimedOut,
}

impl Outcome {
    /// The outcome for this status; nothing while the change order is running. A status that this version doesn't know counts as
    /// running.
    pub(crate) fn of(status: Option<&ChangeOrderStatus>) -> Option<Self> {
        Some(match status? {
            ChangeOrderStatus::Succeeded => Self::Succeeded,
            ChangeOrderStatus::Failed | ChangeOrderStatus::SystemFailed => Self::Failed,
            ChangeOrderStatus::Aborted => Self::Aborted,
            ChangeOrderStatus::WaitingForConfirmation => Self::WaitingForConfirmation,
            ChangeOrderStatus::WaitingForApproval => Self::WaitingForApproval,
            _ => return None,
        })
    }

    /// The exit code of a program that waits for a rollout, one of [`exit_code`]: 0 if it succeeded, 5 if it failed or is stuck, 6 if it
    /// was aborted or rolled back, 7 if it waits for a person, 8 if waiting timed out. Errors have
    /// [theirs](sae_transport::Error::exit_code).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Succeeded => exit_code::SUCCESS,
            Self::Failed | Self::Stuck => exit_code::ROLLOUT_FAILED,
            Self::Aborted | Self::RolledBack { .. } => exit_code::ROLLOUT_UNDONE,
            Self::WaitingForConfirmation | Self::WaitingForApproval => exit_code::WAITING,
            Self::TimedOut => exit_code::TIMED_OUT,
        }
    }

    /// Whether the change order is over.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Aborted | Self::RolledBack { .. })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded => StatusText(Some(&ChangeOrderStatus::Succeeded)).fmt(f),
            Self::Failed => StatusText(Some(&ChangeOrderStatus::Failed)).fmt(f),
            Self::Aborted => StatusText(Some(&ChangeOrderStatus::Aborted)).fmt(f),
            Self::WaitingForConfirmation => {
                StatusText(Some(&ChangeOrderStatus::WaitingForConfirmation)).fmt(f)
            }
            Self::WaitingForApproval => StatusText(Some(&ChangeOrderStatus::WaitingForApproval)).fmt(f),
            Self::RolledBack { by } => write!(f, "rolled back by {by}"),
            Self::Stuck => f.write_str("is stuck until it is aborted or rolled back"),
            Self::TimedOut => {
                f.write_str("isn't over yet: waiting timed out, and the change order keeps running")
            }
        }
    }
}

/// The text of [`Outcome::TimedOut`] where it is known how long was waited.
pub(super) fn timed_out(after: Duration) -> String {
    let seconds = after.as_secs_f64();
    format!("isn't over yet: waiting timed out after {seconds} s, and the change order keeps running")
}

/// The status of a change order in words, as in `change order X waits for a confirmation`.
///
/// ```
/// use sae::change_order::StatusText;
/// use sae::model::ChangeOrderStatus;
///
/// let status = StatusText(Some(&ChangeOrderStatus::Aborted));
/// assert_eq!(status.to_string(), "aborted");
/// assert!(status.is_over());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a view of the status has no other field")]
pub struct StatusText<'a>(pub Option<&'a ChangeOrderStatus>);

impl StatusText<'_> {
    /// Whether the change order is over. A missing status, or one that this version doesn't know, counts as running.
    pub fn is_over(self) -> bool {
        Outcome::of(self.0).is_some_and(|outcome| outcome.is_final())
    }
}

impl fmt::Display for StatusText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Some(ChangeOrderStatus::Preparing) => "preparing",
            Some(ChangeOrderStatus::Running) => "running",
            Some(ChangeOrderStatus::Succeeded) => "succeeded",
            Some(ChangeOrderStatus::Failed) => "failed",
            Some(ChangeOrderStatus::SystemFailed) => "failed in the system",
            Some(ChangeOrderStatus::Aborted) => "aborted",
            Some(ChangeOrderStatus::WaitingForConfirmation) => "waits for a confirmation",
            Some(ChangeOrderStatus::WaitingForNextBatch) => "waits for the next batch",
            Some(ChangeOrderStatus::WaitingForApproval) => "waits for an approval",
            Some(ChangeOrderStatus::Approved) => "approved",
            Some(other) => return write!(f, "unknown status {}", other.as_i64()),
            None => "unknown status",
        })
    }
}
