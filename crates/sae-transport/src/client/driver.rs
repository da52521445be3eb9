//! Tokio's connections, with an error in place of a panic where there are none.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::pin;
use std::task::Poll;

/// Without its driver Tokio panics where a connection begins, before anything is sent; here that is an error.
pub(super) async fn driven<T>(work: impl Future<Output = T>) -> Result<T, NoDriver> {
    let mut work = pin!(work);
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(cx).map(Ok)));
        polled.unwrap_or_else(|panic| {
            let words = panic.downcast_ref::<&str>().copied();
            let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            match words {
                Some(words) if words.contains("IO is disabled") => Poll::Ready(Err(NoDriver)),
                _ => resume_unwind(panic),
            }
        })
    })
    .await
}

/// The runtime makes no connections.
#[derive(Debug)]
pub(super) struct NoDriver;

impl fmt::Display for NoDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("this Tokio runtime has no I/O: build it with enable_io() or enable_all()")
    }
}

impl StdError for NoDriver {}
