//! How failed attempts are repeated, as data.

use std::time::Duration;

use super::RetryOn;

/// When a failed attempt is repeated, how soon, and how often.
///
/// Repeated are attempts that failed for a passing fault (no connection, a broken one, no answer in time, HTTP 5xx) or because the
/// service throttles, as [`RetryOn`] says in detail; writes only if they can't have been accepted. [`Error::retry_stop`](crate::Error::retry_stop) tells why a call
/// made no more attempts.
///
/// Throttled attempts don't draw on the budget: they spread out instead, the further the more of them wait, so that a burst of calls
/// succeeds as fast as the service lets it.
///
/// ```
/// use std::time::Duration;
///
/// use sae_transport::client::{Backoff, RetryPolicy};
///
/// let patient = RetryPolicy::new()
///     .max_attempts(8)
///     .backoff(Backoff::new(Duration::from_millis(200), Duration::from_secs(5)))
///     .budget(1000);
/// assert_eq!(patient.throttled_backoff, RetryPolicy::default().throttled_backoff);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many attempts a call makes at most, the first included. 3 unless set; 0 counts as 1, which means that nothing is repeated.
    pub max_attempts: u32,
    /// Waits after a passing fault. From 100 ms up to 20 s unless set.
    pub backoff: Backoff,
    /// Waits after the service throttled. From 500 ms up to 20 s unless set.
    pub throttled_backoff: Backoff,
    /// How much longer a throttled attempt may wait for each other one that waits with it. 10 ms unless set: all together come back at
    /// about 100 a second.
    pub throttled_spacing: Duration,
    /// The longest wait asked for by the service that is honoured; what it asks for beyond that is cut. 2 minutes unless set.
    pub max_retry_after: Duration,
    /// How many attempts that failed for a passing fault all calls of a client together may repeat: when a service is down, repeating
    /// every call only makes it worse. 100 unless set; five calls that succeed give one back. [`u32::MAX`] means no limit.
    pub budget: u32,
    /// After which failures an attempt is repeated. Faults that pass and throttling unless set.
    pub retry_on: RetryOn,
}

impl RetryPolicy {
    /// The defaults.
    pub fn new() -> Self {
        Self {
            max_attempts: 3,
            backoff: Backoff::new(Duration::from_millis(100), CEILING),
            throttled_backoff: Backoff::new(Duration::from_millis(500), CEILING),
            throttled_spacing: Duration::from_millis(10),
            max_retry_after: Duration::from_secs(2 * 60),
            budget: 100,
            retry_on: RetryOn::new(),
        }
    }

    /// Sets [`RetryPolicy::max_attempts`].
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets [`RetryPolicy::backoff`].
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Sets [`RetryPolicy::throttled_backoff`].
    #[must_use]
    pub fn throttled_backoff(mut self, backoff: Backoff) -> Self {
        self.throttled_backoff = backoff;
        self
    }

    /// Sets [`RetryPolicy::throttled_spacing`].
    #[must_use]
    pub fn throttled_spacing(mut self, spacing: Duration) -> Self {
        self.throttled_spacing = spacing;
        self
    }

    /// Sets [`RetryPolicy::max_retry_after`].
    #[must_use]
    pub fn max_retry_after(mut self, longest: Duration) -> Self {
        self.max_retry_after = longest;
        self
    }

    /// Sets [`RetryPolicy::budget`].
    #[must_use]
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// Sets [`RetryPolicy::retry_on`].
    #[must_use]
    pub fn retry_on(mut self, conditions: RetryOn) -> Self {
        self.retry_on = conditions;
        self
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::new()
    }
}

/// Waits between attempts: a random time up to a ceiling, which begins at `initial` and doubles with each attempt up to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The ceiling of the first wait.
    pub initial: Duration,
    /// The highest ceiling.
    pub max: Duration,
}

impl Backoff {
    /// Waits from this ceiling up to that one.
    pub const fn new(initial: Duration, max: Duration) -> Self {
        Self { initial, max }
    }

    pub(super) fn ceiling(self, retries: u32) -> Duration {
        self.initial.saturating_mul(1 << retries.min(16)).min(self.max)
    }
}

const CEILING: Duration = Duration::from_secs(20);
