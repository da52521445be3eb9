//! Whether an attempt may be repeated, and when. Decisions are functions of what happened; nothing here waits.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::{Effect, Error, ErrorKind, Retry};

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

/// How long to wait before the next attempt; nothing if there must be none.
///
/// Reads are repeated after passing faults, writes only if they can't have been accepted.
pub(super) fn wait(effect: Effect, error: &Error, accepted: Accepted, attempt: u32) -> Option<Duration> {
    let safe = effect == Effect::Read || accepted == Accepted::No;
    let retry = error.retry();
    if !safe || !matches!(retry, Retry::Transient | Retry::Throttled) {
        return None;
    }
    let base = if retry == Retry::Throttled { THROTTLED_BASE } else { BASE };
    let ceiling = base.saturating_mul(1 << attempt.min(16)).min(CEILING);
    let jittered = ceiling.mul_f64(fastrand::f64());
    Some(error.retry_after().map_or(jittered, |asked| asked.min(LONGEST_ASKED) + jittered.min(BASE)))
}

/// How long to wait before a request is sent again that was refused because another change runs. Changes take seconds to minutes.
pub(super) fn busy_wait(refusals: u32) -> Duration {
    let ceiling = BUSY_BASE.saturating_mul(1 << refusals.min(16)).min(BUSY_CEILING);
    // At least half of it: the other change needs its time, and asking brings it no further.
    ceiling.mul_f64(0.5 + fastrand::f64() / 2.0)
}

/// Failures that may be repeated, shared by everything that calls the same service: when all calls fail, repeating each of them
/// only makes it worse.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Budget {
    pub(super) const fn new() -> Self {
        Self(AtomicU32::new(FULL))
    }

    /// Takes what a repetition costs; `false` if there isn't enough left.
    pub(super) fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(COST)).is_ok()
    }

    /// A success gives a little back.
    pub(super) fn refill(&self) {
        let more = |left: u32| (left < FULL).then_some(left + 1);
        // Full already: nothing to give back.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}

const BASE: Duration = Duration::from_millis(100);
const THROTTLED_BASE: Duration = Duration::from_millis(500);
const BUSY_BASE: Duration = Duration::from_millis(200);
const BUSY_CEILING: Duration = Duration::from_secs(5);
const CEILING: Duration = Duration::from_secs(20);
/// The longest wait of the service that is honoured, as in the official SDKs.
const LONGEST_ASKED: Duration = Duration::from_mins(2);
const FULL: u32 = 500;
const COST: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_runs_dry_and_successes_fill_it() {
        let budget = Budget::new();
        assert_eq!(std::iter::repeat_with(|| budget.take()).take_while(|granted| *granted).count(), 100);
        for _ in 0..COST {
            budget.refill();
        }
        assert!(budget.take());
        assert!(!budget.take());
    }
}
