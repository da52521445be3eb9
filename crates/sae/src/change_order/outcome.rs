//! How a change order ends.

use std::fmt;

use sae_models::sae::{self, ChangeOrderStatus, ChangeOrderSubStatus};

use super::Diagnosis;

/// How far a change order had come when waiting for it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It did all that it was to do.
    Succeeded,
    /// It failed, or the rollback of it did.
    Failed,
    /// Somebody ended it where it stood.
    Aborted,
    /// It was ended, and another change order has restored what there was before.
    RolledBack {
        /// Identifier of the other one.
        by: String,
    },
    /// Its next batch waits for a person: [`ChangeOrder::confirm`](super::ChangeOrder::confirm), then wait again.
    WaitingForConfirmation,
    /// It waits for somebody's approval, which this API doesn't give.
    WaitingForApproval,
    /// It has run into trouble and neither ends nor goes on before somebody aborts it or rolls it back.
    Stuck,
    /// The time was over before it was. It goes on.
    TimedOut,
}

impl Outcome {
    /// What a status means to somebody who waits; nothing while it is under way. A status that this version doesn't know is one of
    /// those.
    pub(super) fn of(status: Option<&ChangeOrderStatus>) -> Option<Self> {
        Some(match status? {
            ChangeOrderStatus::Succeeded => Self::Succeeded,
            ChangeOrderStatus::Failed | ChangeOrderStatus::SystemFailed => Self::Failed,
            ChangeOrderStatus::Aborted => Self::Aborted,
            ChangeOrderStatus::WaitingForConfirmation => Self::WaitingForConfirmation,
            ChangeOrderStatus::WaitingForApproval => Self::WaitingForApproval,
            _ => return None,
        })
    }

    /// What a change order means to somebody who waits for it.
    pub(super) fn of_order(order: &sae::ChangeOrder) -> Option<Self> {
        // As the reference of today has it, a rollout in trouble goes on running until it is rolled back by hand.
        let is_stuck = order.sub_status == Some(ChangeOrderSubStatus::Abnormal);
        Self::of(order.status.as_ref()).or_else(|| is_stuck.then_some(Self::Stuck))
    }

    /// Whether nothing more will happen, whoever does what.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Aborted | Self::RolledBack { .. })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Succeeded => f.write_str("succeeded"),
            Self::Failed => f.write_str("failed"),
            Self::Aborted => f.write_str("aborted"),
            Self::RolledBack { by } => write!(f, "rolled back by {by}"),
            Self::WaitingForConfirmation => f.write_str("waits for a confirmation"),
            Self::WaitingForApproval => f.write_str("waits for an approval"),
            Self::Stuck => f.write_str("is stuck until it is aborted or rolled back"),
            Self::TimedOut => f.write_str("isn't over yet"),
        }
    }
}

/// What waiting for a change order brought.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finished {
    /// How far it had come.
    pub outcome: Outcome,
    /// What the service said about it last.
    pub order: sae::ChangeOrder,
    /// Why, unless it succeeded. Instances, logs and events are looked at if it failed, is stuck, or if the time was over.
    pub diagnosis: Option<Box<Diagnosis>>,
}

impl Finished {
    /// Whether it did all that it was to do.
    pub fn is_success(&self) -> bool {
        self.outcome == Outcome::Succeeded
    }

    /// The change order if it succeeded, else why not, as an error for `?`.
    pub fn success(self) -> Result<sae::ChangeOrder, Box<Diagnosis>> {
        match self.diagnosis {
            None => Ok(self.order),
            Some(diagnosis) => Err(diagnosis),
        }
    }
}
