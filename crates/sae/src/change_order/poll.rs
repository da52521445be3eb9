//! Plans polls: intervals that grow while nothing changes, a deadline, and how long the service may fail to respond.

use std::time::Duration;

use sae_transport::client::jittered;
use sae_transport::{Error, Retry};
use tokio::time::Instant;

use super::ChangeOrder;

#[derive(Clone, Debug)]
pub(super) struct Poll {
    order: ChangeOrder,
    every: Duration,
    next: Duration,
    /// The time of the next poll; nothing before the first one.
    next_look: Option<Instant>,
    deadline: Option<Instant>,
    outage: Duration,
    faulty_since: Option<Instant>,
}

impl Poll {
    /// `limit` is how long to poll, `outage` how long the service may fail to respond.
    pub(super) fn new(
        order: ChangeOrder,
        every: Duration,
        limit: Option<Duration>,
        outage: Duration,
    ) -> Self {
        let deadline = limit.and_then(|limit| Instant::now().checked_add(limit));
        // Longer times overflow when they are added up.
        let every = every.min(RAREST);
        Self { order, every, next: every, next_look: None, deadline, outage, faulty_since: None }
    }

    /// Whether the time is over.
    pub(super) fn is_over(&self) -> bool {
        self.deadline.is_some_and(|deadline| self.time_is_over("wait", Instant::now() >= deadline))
    }

    /// The time until the deadline, if there is one.
    pub(super) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// How long a call may take now.
    pub(super) fn call_limit(&self) -> Duration {
        self.left().map_or(CALL_LIMIT, |left| left.clamp(SHORTEST_CALL, CALL_LIMIT))
    }

    /// Something has changed, so the interval becomes short again.
    pub(super) fn quicken(&mut self) {
        self.next = self.every;
    }

    /// Plans the next poll, no later than the deadline and this time.
    pub(super) fn plan(&mut self, until: Option<Instant>) {
        let wait = jittered(self.next, 0.75..1.25);
        self.next = self.next.mul_f64(1.5).min(self.every.saturating_mul(SLOWEST));
        let limits = [self.deadline, until].into_iter().flatten();
        self.next_look = Some(limits.fold(Instant::now() + wait, Instant::min));
    }

    /// Whether there was a poll before, so that the next one is planned.
    pub(super) const fn is_planned(&self) -> bool {
        self.next_look.is_some()
    }

    /// Waits until the next poll. The future may be dropped and made anew.
    pub(super) async fn pause(&self) {
        if let Some(next_look) = self.next_look {
            tokio::time::sleep_until(next_look).await;
        }
    }

    /// Polls another change order without a pause.
    pub(super) fn restart(&mut self) {
        self.next_look = None;
    }

    /// The service has responded.
    pub(super) fn answered(&mut self) {
        self.faulty_since = None;
    }

    /// Whether to poll again after this error: it is a passing fault, and the outage isn't over the limit.
    pub(super) fn tolerates(&mut self, error: &Error) -> bool {
        let passes = matches!(error.retry(), Retry::Transient | Retry::Throttled);
        let since = *self.faulty_since.get_or_insert_with(Instant::now);
        passes && !self.time_is_over("outage", since.elapsed() >= self.outage)
    }

    fn time_is_over(&self, time: &str, is_over: bool) -> bool {
        self.order.client().is_time_over(time, self.order.id(), is_over)
    }
}

/// No change order lasts as long as this.
const RAREST: Duration = Duration::from_secs(24 * 365 * 60 * 60);
/// The longest interval, as a multiple of the first one.
const SLOWEST: u32 = 8;
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(30);
/// The least time for a call, even if the deadline is near.
const SHORTEST_CALL: Duration = Duration::from_secs(1);
/// How long the service may fail to respond, unless set.
pub(super) const OUTAGE: Duration = Duration::from_secs(5 * 60);
/// Polling interval, unless set.
pub(super) const EVERY: Duration = Duration::from_secs(1);
