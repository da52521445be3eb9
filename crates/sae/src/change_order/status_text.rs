//! What the status of a change order says.

use std::fmt;

use sae_models::sae::ChangeOrderStatus;

/// The status of a change order in words for people, as in `change order X waits for a confirmation`.
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
    /// Whether nothing more will happen. With a status that is missing, or that this version doesn't know, something may.
    pub fn is_over(self) -> bool {
        use ChangeOrderStatus::{Aborted, Failed, Succeeded, SystemFailed};
        matches!(self.0, Some(Succeeded | Failed | SystemFailed | Aborted))
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
