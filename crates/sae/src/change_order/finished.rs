//! What waiting for a change order returns.

use std::fmt;
use std::time::Duration;

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
    /// Why it didn't succeed; nothing if it did. Instances, logs and events are read if it failed, is stuck, or if waiting timed out:
    /// for at most 30 seconds, and for at most five after the deadline of the wait. What wasn't read by then is in [`Diagnosis::gaps`].
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
    /// Reads the diagnosis, unless it succeeded, for as long as `within`. `timeout` is how long waiting for it may take.
    pub(super) async fn of(
        handle: &ChangeOrder,
        outcome: Outcome,
        order: sae::ChangeOrder,
        timeout: Option<Duration>,
        within: Duration,
    ) -> Self {
        if outcome == Outcome::Succeeded {
            return Self { outcome, order, diagnosis: None };
        }
        let mut diagnosis = Box::new(Diagnosis::of(&order, outcome.clone(), timeout));
        if matches!(outcome, Outcome::Failed | Outcome::Stuck | Outcome::TimedOut) {
            let app_id = order.app_id.as_deref().or(handle.app_id()).map(str::to_owned);
            Box::pin(diagnosis.collect(handle, &order, app_id, within)).await;
        }
        Self { outcome, order, diagnosis: Some(diagnosis) }
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
