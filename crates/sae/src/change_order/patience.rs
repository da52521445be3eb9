//! How long a change order may report that it is abnormal before it counts as stuck.

use std::time::Duration;

use sae_models::sae::{self, ChangeOrderSubStatus};
use tokio::time::Instant;

use super::{ChangeOrder, StatusText};

/// The rule for an abnormal change order: it may recover or fail by itself for this long; then it counts as stuck.
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
        // According to the reference of today, an abnormal rollout keeps running until somebody rolls it back.
        self.abnormal_since.is_some() && handle.client().is_time_over("patience", handle.id(), self.is_over())
    }

    /// Notes whether a change order that was just read is abnormal.
    pub(super) fn see(&mut self, order: &sae::ChangeOrder) {
        let is_abnormal = is_abnormal(order);
        self.abnormal_since = is_abnormal.then(|| self.abnormal_since.unwrap_or_else(Instant::now));
    }

    fn is_over(&self) -> bool {
        self.abnormal_since.is_some_and(|since| since.elapsed() >= self.limit)
    }

    /// When the patience ends, unless the change order recovers.
    pub(super) fn ends(&self) -> Option<Instant> {
        self.abnormal_since.filter(|_| !self.is_over())?.checked_add(self.limit)
    }
}

/// Whether a change order that isn't over reports that it is abnormal.
pub(super) fn is_abnormal(order: &sae::ChangeOrder) -> bool {
    !StatusText(order.status.as_ref()).is_over() && order.sub_status == Some(ChangeOrderSubStatus::Abnormal)
}

/// About the time in which a container is restarted once or twice.
const LIMIT: Duration = Duration::from_secs(30);
