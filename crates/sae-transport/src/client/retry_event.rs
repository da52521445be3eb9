//! What a program is told before a call is sent again.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::Error;

/// An attempt has failed and another one follows.
///
/// Handed to the function that [`Settings::on_retry`](super::Settings::on_retry) holds, before the wait begins.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryEvent<'a> {
    /// Wire name of the operation.
    pub operation: &'static str,
    /// Number of the attempt that failed, counted from one over the whole call.
    pub attempt: u32,
    /// Why it failed. [`Error::is_busy`] and [`Error::is_throttled`] tell what the wait is for.
    pub error: &'a Error,
    /// How long the call waits before the next attempt.
    pub wait: Duration,
    /// How long the call goes on trying, counted from now: what is left of its time-out or, while the service is busy, of
    /// [`Settings::wait_while_busy`](super::Settings::wait_while_busy).
    pub time_left: Duration,
    /// How many attempts may follow. `None` while the service is busy, when time alone is the limit.
    pub attempts_left: Option<u32>,
}

impl<'a> RetryEvent<'a> {
    /// An event for a program that repeats calls itself. The attempt is the error's, and time alone is the limit.
    pub fn new(operation: &'static str, error: &'a Error, wait: Duration, time_left: Duration) -> Self {
        Self { operation, attempt: error.attempts(), error, wait, time_left, attempts_left: None }
    }
}

/// A function that is told of each retry. Clones share it.
///
/// It runs on the task of the call: it must return soon, and not block.
#[derive(Clone)]
pub struct OnRetry(Arc<dyn Fn(&RetryEvent<'_>) + Send + Sync>);

impl OnRetry {
    /// Wraps a function.
    pub fn new(function: impl Fn(&RetryEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(function))
    }

    /// Calls the function.
    pub fn tell(&self, event: &RetryEvent<'_>) {
        (self.0)(event);
    }
}

impl fmt::Debug for OnRetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnRetry").finish_non_exhaustive()
    }
}
