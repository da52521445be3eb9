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
    /// A refusal with a status below 500 is a refusal; a server error may come after the work was done.
    pub(super) fn of(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Service
                if error.status().is_some_and(|status| status >= 500) && !error.is_throttled() =>
            {
                Self::Maybe
            }
            ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::OutcomeUnknown => Self::Maybe,
            ErrorKind::Decode if error.status().is_none_or(|status| !(300..500).contains(&status)) => {
                Self::Maybe
            }
            _ => Self::No,
        }
    }
}

/// How long to wait before the next attempt; nothing if this was the last one.
///
/// Reads are repeated after passing faults, writes only if they can't have been accepted.
pub(super) fn wait(
    effect: Effect,
    error: &Error,
    accepted: Accepted,
    attempt: u32,
    budget: &Budget,
) -> Option<Duration> {
    let safe = effect == Effect::Read || accepted == Accepted::No;
    let retry = error.retry();
    if !safe || !matches!(retry, Retry::Transient | Retry::Throttled) || !budget.take() {
        return None;
    }
    let base = if retry == Retry::Throttled { THROTTLED_BASE } else { BASE };
    let ceiling = base.saturating_mul(1 << attempt.min(16)).min(CEILING);
    let jittered = ceiling.mul_f64(fastrand::f64());
    Some(error.retry_after().map_or(jittered, |asked| asked.min(LONGEST_ASKED) + jittered.min(BASE)))
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
    fn take(&self) -> bool {
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
const CEILING: Duration = Duration::from_secs(20);
/// The longest wait of the service that is honoured, as in the official SDKs.
const LONGEST_ASKED: Duration = Duration::from_mins(2);
const FULL: u32 = 500;
const COST: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Answer;

    fn broken() -> Error {
        Error::new(ErrorKind::Transport, "connection reset")
    }

    fn decode(status: u16) -> Error {
        Error::new(ErrorKind::Decode, "no JSON").with_answer(Answer::new(status, Vec::new(), Vec::new()))
    }

    #[test]
    fn a_read_is_repeated_after_a_broken_connection_a_write_is_not() {
        let error = broken();
        let accepted = Accepted::of(&error);
        assert!(wait(Effect::Read, &error, accepted, 0, &Budget::new()).is_some());
        assert!(wait(Effect::Write, &error, accepted, 0, &Budget::new()).is_none());
    }

    #[test]
    fn a_write_is_repeated_if_nothing_was_sent() {
        let error = Error::new(ErrorKind::Connect, "connection refused");
        assert!(wait(Effect::Write, &error, Accepted::of(&error), 0, &Budget::new()).is_some());
    }

    #[test]
    fn an_unreadable_answer_tells_nothing_about_a_write_unless_it_is_a_refusal() {
        assert_eq!(Accepted::of(&decode(200)), Accepted::Maybe);
        assert_eq!(Accepted::of(&decode(502)), Accepted::Maybe);
        assert_eq!(Accepted::of(&decode(404)), Accepted::No);
    }

    #[test]
    fn the_budget_runs_dry_and_successes_fill_it() {
        let budget = Budget::new();
        let error = broken();
        let granted = std::iter::repeat_with(|| wait(Effect::Read, &error, Accepted::Maybe, 0, &budget))
            .take_while(Option::is_some);
        assert_eq!(granted.count(), 100);
        for _ in 0..COST {
            budget.refill();
        }
        assert!(wait(Effect::Read, &error, Accepted::Maybe, 0, &budget).is_some());
        assert!(wait(Effect::Read, &error, Accepted::Maybe, 0, &budget).is_none());
    }
}
