//! Whether an attempt may be repeated, and when. Decisions are functions of what happened; nothing here waits.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::retry_on::Repeat;
use super::{RetryPolicy, jittered};
use crate::{Effect, Error, ErrorKind, Retry, RetryStop};

/// Whether the service can have accepted the request of a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepted {
    /// It was never sent, or it was refused.
    No,
    /// Nothing tells.
    Maybe,
}

impl Accepted {
    /// A refusal is one if status and code say so; a server error, wherever it is told, may come after the work was done.
    pub(super) fn of(error: &Error) -> Self {
        let refused = |status: Option<u16>| status.is_some_and(|status| (300..500).contains(&status));
        match error.kind() {
            ErrorKind::Service if error.is_throttled() => Self::No,
            ErrorKind::Service if is_server_error(error) => Self::Maybe,
            ErrorKind::Transport | ErrorKind::Decode if refused(error.status()) => Self::No,
            ErrorKind::Transport | ErrorKind::Decode | ErrorKind::Timeout | ErrorKind::OutcomeUnknown => {
                Self::Maybe
            }
            _ => Self::No,
        }
    }
}

/// The service tells of its own faults by HTTP status, by a code, or by a number in place of one, whatever the status.
fn is_server_error(error: &Error) -> bool {
    let number = error.code().and_then(|code| code.as_str().parse::<u32>().ok());
    error.is_server_fault()
        || number.is_some_and(|number| number >= 500)
        || error.info().is_some_and(|info| info.status >= 500 || info.retry == Retry::Transient)
}

/// Whether an attempt can be repeated at all. Reads can after passing faults, writes only if they can't have been accepted.
pub(super) fn repeat(
    policy: &RetryPolicy,
    effect: Effect,
    error: &Error,
    accepted: Accepted,
) -> Result<Repeat, RetryStop> {
    if effect == Effect::Write && accepted == Accepted::Maybe {
        return Err(RetryStop::MayBeAccepted);
    }
    policy.retry_on.repeat(effect, error).ok_or(RetryStop::NotRetryable)
}

impl RetryPolicy {
    /// How long to wait before an attempt is repeated that failed so after this many retries; nothing if it isn't repeated after such a
    /// failure. For a program that repeats calls itself: how often, in what time, on which budget, and whether a write can have been
    /// accepted, is for it to check.
    ///
    /// ```
    /// use sae_transport::client::{RetryOn, RetryPolicy};
    /// use sae_transport::{Effect, Error, ErrorKind};
    ///
    /// let error = Error::new(ErrorKind::Connect, "no connection");
    /// let policy = RetryPolicy::new();
    /// assert!(policy.wait_after(Effect::Read, &error, 0).is_some_and(|wait| wait <= policy.backoff.initial));
    /// let policy = policy.retry_on(RetryOn::new().connect(false));
    /// assert!(policy.wait_after(Effect::Read, &error, 0).is_none());
    /// ```
    #[must_use]
    pub fn wait_after(&self, effect: Effect, error: &Error, retries: u32) -> Option<Duration> {
        let repeat = self.retry_on.repeat(effect, error)?;
        Some(wait(self, repeat, error, retries, 0))
    }
}

/// How long to wait before an attempt that is not the first: the service's wish, and a random time so that not all come at once.
pub(super) fn wait(
    policy: &RetryPolicy,
    repeat: Repeat,
    error: &Error,
    retries: u32,
    others: u32,
) -> Duration {
    let (backoff, spread) = match repeat {
        Repeat::Passing => (policy.backoff, Duration::ZERO),
        Repeat::Throttled => (policy.throttled_backoff, policy.throttled_spacing.saturating_mul(others)),
    };
    let ceiling = match error.retry_after() {
        None => backoff.ceiling(retries),
        Some(_) => policy.backoff.initial,
    };
    let asked = error.retry_after().unwrap_or_default().min(policy.max_retry_after);
    asked.saturating_add(jittered(ceiling.saturating_add(spread), 0.0..1.0))
}

/// How long to wait before a request is sent again that was refused because another change runs. Changes take seconds to minutes.
pub(super) fn busy_wait(refusals: u32) -> Duration {
    let ceiling = BUSY_BASE.saturating_mul(1 << refusals.min(16)).min(BUSY_CEILING);
    // At least half of it: the other change needs its time, and asking brings it no further.
    jittered(ceiling, 0.5..1.0)
}

/// What repetitions have cost, shared by everything that calls the same service.
#[derive(Debug, Default)]
pub(super) struct Spent(AtomicU32);

impl Spent {
    /// Takes what a repetition costs; `false` if the budget of so many retries doesn't have it any more.
    pub(super) fn take(&self, budget: u32) -> bool {
        let limit = if budget == u32::MAX { u32::MAX } else { budget.saturating_mul(COST) };
        let more = |spent: u32| spent.checked_add(COST).filter(|spent| *spent <= limit);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok() || limit == u32::MAX
    }

    /// A success gives a little back.
    pub(super) fn refill(&self) {
        if self.0.load(Ordering::Relaxed) > 0 {
            // Nothing is left to give back if another success was faster.
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |spent| spent.checked_sub(1));
        }
    }
}

/// One of the calls that wait because the service throttles. Dropped when its wait is over.
pub(super) struct Throttled<'a>(&'a AtomicU32);

impl<'a> Throttled<'a> {
    /// One more, and how many others there are.
    pub(super) fn join(waiting: &'a AtomicU32) -> (Self, u32) {
        let others = waiting.fetch_add(1, Ordering::Relaxed);
        (Self(waiting), others)
    }
}

impl Drop for Throttled<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

const BUSY_BASE: Duration = Duration::from_millis(200);
const BUSY_CEILING: Duration = Duration::from_secs(5);
/// What a repetition costs, in successes that pay for it.
const COST: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_runs_dry_and_successes_fill_it() {
        let spent = Spent::default();
        assert_eq!(std::iter::repeat_with(|| spent.take(100)).take_while(|granted| *granted).count(), 100);
        for _ in 0..COST {
            spent.refill();
        }
        assert!(spent.take(100));
        assert!(!spent.take(100));
        assert!(spent.take(u32::MAX));
    }

    #[test]
    fn throttled_attempts_spread_out_the_more_of_them_wait() {
        let policy = RetryPolicy::new();
        let error = Error::new(ErrorKind::Service, "slow");
        let longest = |others| {
            let waits = (0..1000).map(|_| wait(&policy, Repeat::Throttled, &error, 0, others));
            waits.max().unwrap_or_default()
        };
        let alone = policy.throttled_backoff.initial;
        assert!(longest(0) <= alone);
        assert!(longest(500) > alone * 5 && longest(500) <= alone + policy.throttled_spacing * 500);
    }
}
