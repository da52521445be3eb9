//! What the status of a change order says.

use std::fmt;

use sae_models::sae::ChangeOrderStatus;

use super::Outcome;

/// The status of a change order in words for people, as in `change order X waits for a confirmation`.
///
/// ```
/// use sae::change_order::Standing;
/// use sae::model::ChangeOrderStatus;
///
/// let standing = Standing(Some(&ChangeOrderStatus::Aborted));
/// assert_eq!(standing.to_string(), "aborted");
/// assert!(standing.is_over());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "it is the status, seen otherwise")]
pub struct Standing<'a>(pub Option<&'a ChangeOrderStatus>);

impl Standing<'_> {
    /// Whether nothing more will happen. With a status that is missing, or that this version doesn't know, something may.
    pub fn is_over(self) -> bool {
        Outcome::of(self.0).is_some_and(|outcome| outcome.is_final())
    }
}

impl fmt::Display for Standing<'_> {
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
