//! Follows a change order for programs that are not async.

use sae_transport::Error;

use super::worker::{Iteration, Worker};
use crate::change_order::{Finished, Outcome, Snapshot};

/// The snapshots of a change order as an iterator, and its outcome: see [`crate::change_order::Follow`].
#[must_use = "nothing is read before a snapshot is asked for"]
pub struct Follow {
    follow: crate::change_order::Follow,
    iteration: Iteration,
}

impl Follow {
    pub(super) fn new(follow: crate::change_order::Follow, worker: Worker) -> Self {
        Self { follow, iteration: Iteration::new(worker) }
    }

    /// Sets limits: `order.follow().with(|follow| follow.timeout(limit))`.
    pub fn with(self, set: impl FnOnce(crate::change_order::Follow) -> crate::change_order::Follow) -> Self {
        Self { follow: set(self.follow), iteration: self.iteration }
    }

    /// The outcome: see [`crate::change_order::Follow::outcome`].
    pub fn outcome(&self) -> Option<&Outcome> {
        self.follow.outcome()
    }

    /// The last state that was read: see [`crate::change_order::Follow::snapshot`].
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.follow.snapshot()
    }

    /// The error of the last poll, if it failed: see [`crate::change_order::Follow::last_error`].
    pub fn last_error(&self) -> Option<&Error> {
        self.follow.last_error()
    }

    /// The outcome with a diagnosis of what went wrong: see [`crate::change_order::Follow::finished`].
    pub fn finished(&self) -> Result<Option<Finished>, Error> {
        self.iteration.worker().wait(self.follow.finished())
    }
}

impl Iterator for Follow {
    type Item = Result<Snapshot, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.iteration.next(self.follow.next())
    }
}

impl std::fmt::Debug for Follow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.follow.fmt(f)
    }
}
