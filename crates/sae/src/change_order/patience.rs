//! How long a change order may report that it is abnormal before it counts as stuck.

use std::time::Duration;

use sae_models::sae::{self, ChangeOrderSubStatus};
use tokio::time::Instant;

use super::{ChangeOrder, StatusText};

/// The one rule for an abnormal change order: it may recover or fail by itself for this long; then nobody waits for it any more.
#[derive(Clone, Debug)]
pub(super) struct Patience {
    limit: Duration,
    abnormal_since: Option<Instant>,
}

impl Patience {
    pub(super) fn new() -> Self {
        Self { limit: LIMIT, abnormal_since: None }
    }

    pub(super) fn limit(&mut self, limit: Duration) {
        self.limit = limit;
    }

    /// Whether the change order has been abnormal for the whole time.
    pub(super) fn is_stuck(&self, handle: &ChangeOrder) -> bool {
        // As the reference of today has it, a rollout in trouble goes on running until it is rolled back by hand.
        self.abnormal_since.is_some() && handle.client().is_time_over("patience", handle.id(), self.is_over())
    }

    /// Takes note of whether a change order that was just read is abnormal.
    pub(super) fn see(&mut self, order: &sae::ChangeOrder) {
        let is_abnormal = is_abnormal(order);
        self.abnormal_since = is_abnormal.then(|| self.abnormal_since.unwrap_or_else(Instant::now));
    }

    fn is_over(&self) -> bool {
        self.abnormal_since.is_some_and(|since| since.elapsed() >= self.limit)
    }

    /// When it will be over, unless the change order recovers.
    pub(super) fn ends(&self) -> Option<Instant> {
        self.abnormal_since.filter(|_| !self.is_over())?.checked_add(self.limit)
    }
}

/// Whether a change order that isn't over reports that it is abnormal.
pub(super) fn is_abnormal(order: &sae::ChangeOrder) -> bool {
    !StatusText(order.status.as_ref()).is_over() && order.sub_status == Some(ChangeOrderSubStatus::Abnormal)
}

/// As long as a container usually takes to be restarted once or twice.
const LIMIT: Duration = Duration::from_secs(30);
