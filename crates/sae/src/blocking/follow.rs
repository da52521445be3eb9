//! Following a change order for programs that are not async.

use sae_transport::Error;

use super::worker::Worker;
use crate::change_order::{Finished, Outcome, Snapshot};

/// The snapshots of a change order as an iterator, and its end: see [`crate::change_order::Follow`].
#[must_use = "nothing is read before a snapshot is asked for"]
pub struct Follow {
    follow: crate::change_order::Follow,
    worker: Worker,
}

impl Follow {
    pub(super) fn new(follow: crate::change_order::Follow, worker: Worker) -> Self {
        Self { follow, worker }
    }

    /// Sets limits: `order.follow().with(|follow| follow.timeout(limit))`.
    pub fn with(self, set: impl FnOnce(crate::change_order::Follow) -> crate::change_order::Follow) -> Self {
        Self { follow: set(self.follow), worker: self.worker }
    }

    /// How it ended: see [`crate::change_order::Follow::outcome`].
    pub fn outcome(&self) -> Option<&Outcome> {
        self.follow.outcome()
    }

    /// How it ended, with a diagnosis of what went wrong: see [`crate::change_order::Follow::finished`].
    pub fn finished(&self) -> Result<Option<Finished>, Error> {
        self.worker.wait(self.follow.finished())
    }
}

impl Iterator for Follow {
    type Item = Result<Snapshot, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.worker.wait(self.follow.next()).unwrap_or_else(|error| Some(Err(error)))
    }
}

impl std::fmt::Debug for Follow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.follow.fmt(f)
    }
}
