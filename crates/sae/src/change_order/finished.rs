//! What waiting for a change order returns.

use std::fmt;

use sae_models::sae;

use super::{ChangeOrder, Diagnosis, Outcome};

/// What waiting for a change order returns.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finished {
    /// The outcome.
    pub outcome: Outcome,
    /// The change order as it was last read.
    pub order: sae::ChangeOrder,
    /// Why it didn't succeed; nothing if it did. Instances, logs and events are read if it failed, is stuck, or if waiting timed out.
    pub diagnosis: Option<Box<Diagnosis>>,
}

/// One line if it succeeded, otherwise the diagnosis.
impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.diagnosis {
            Some(diagnosis) => diagnosis.fmt(f),
            None => write!(
                f,
                "change order {} {}",
                self.order.change_order_id.as_deref().unwrap_or_default(),
                self.outcome
            ),
        }
    }
}

impl Finished {
    /// Reads the diagnosis, unless it succeeded.
    pub(super) async fn of(handle: &ChangeOrder, outcome: Outcome, order: sae::ChangeOrder) -> Self {
        let app_id = order.app_id.as_deref().or(handle.app_id()).map(str::to_owned);
        let diagnosis = match outcome {
            Outcome::Succeeded => None,
            Outcome::Failed | Outcome::Stuck | Outcome::TimedOut => {
                Some(Box::pin(Diagnosis::collect(handle, &order, outcome.clone(), app_id)).await)
            }
            _ => Some(Diagnosis::of(&order, outcome.clone())),
        };
        Self { outcome, order, diagnosis: diagnosis.map(Box::new) }
    }

    /// Whether it succeeded.
    pub fn is_success(&self) -> bool {
        self.outcome == Outcome::Succeeded
    }

    /// The change order if it succeeded, otherwise the diagnosis as an error for `?`.
    pub fn success(self) -> Result<sae::ChangeOrder, Box<Diagnosis>> {
        match self.diagnosis {
            None => Ok(self.order),
            Some(diagnosis) => Err(diagnosis),
        }
    }
}
