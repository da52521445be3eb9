//! Tokio's timers, with an error in place of a panic where there are none.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::{Instant, Sleep, Timeout};

use crate::{Error, ErrorKind};

/// Waits. Fails with [`ErrorKind::Config`] outside a Tokio runtime, and in one without timers.
pub fn sleep(time: Duration) -> Result<Sleep, Error> {
    timer(|| tokio::time::sleep(time))
}

/// Gives work so much time. Fails with [`ErrorKind::Config`] outside a Tokio runtime, and in one without timers.
pub fn timeout<F: Future>(time: Duration, work: F) -> Result<Timeout<F>, Error> {
    timer(|| tokio::time::timeout(time, work))
}

/// The same, given the end of that time, so that the clock need not be read.
pub(super) fn timeout_at<F: Future>(end: Instant, work: F) -> Result<Timeout<F>, Error> {
    timer(|| tokio::time::timeout_at(end, work))
}

/// Tokio tells of a missing runtime, but of missing timers only by a panic when one is made. Nothing has changed by then.
fn timer<T>(make: impl FnOnce() -> T) -> Result<T, Error> {
    if Handle::try_current().is_err() {
        return Err(Error::new(ErrorKind::Config, NO_RUNTIME));
    }
    catch_unwind(AssertUnwindSafe(make)).map_err(|_| Error::new(ErrorKind::Config, NO_TIMERS))
}

const NO_RUNTIME: &str = "there is no Tokio runtime here: call from within one (#[tokio::main], Runtime::block_on), or use sae::blocking";
const NO_TIMERS: &str = "this Tokio runtime has no timers: build it with enable_time() or enable_all()";
