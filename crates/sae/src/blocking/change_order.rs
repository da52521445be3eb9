//! Change orders for programs that are not async.

use std::fmt;

use sae_models::sae;
use sae_transport::Error;

use super::follow::Follow;
use super::worker::Worker;
use crate::change_order::{Finished, Snapshot};

/// A change order of SAE: see [`crate::change_order::ChangeOrder`].
#[derive(Clone)]
pub struct ChangeOrder {
    order: crate::change_order::ChangeOrder,
    worker: Worker,
}

impl ChangeOrder {
    pub(super) fn new(order: crate::change_order::ChangeOrder, worker: Worker) -> Self {
        Self { order, worker }
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        self.order.id()
    }

    /// Identifier of its application, if the call that started it told.
    pub fn app_id(&self) -> Option<&str> {
        self.order.app_id()
    }

    /// What the service says about it now.
    pub fn read(&self) -> Result<sae::ChangeOrder, Error> {
        self.worker.wait(self.order.read())?
    }

    /// Waits until it is over, or until it waits for a person, for an hour at most.
    pub fn wait(&self) -> Result<Finished, Error> {
        self.worker.wait(self.order.wait().into_future())?
    }

    /// The same, and shows a snapshot at the beginning and after every change.
    pub fn watch(&self, show: impl FnMut(&Snapshot) + Send + 'static) -> Result<Finished, Error> {
        self.worker.wait(self.order.wait().watch(show).into_future())?
    }

    /// Follows it, snapshot after snapshot, to its end: see [`Follow`].
    pub fn follow(&self) -> Follow {
        Follow::new(self.order.follow(), self.worker.clone())
    }

    /// Lets the batch start that waits for a confirmation: see [`crate::change_order::ChangeOrder::confirm`].
    pub fn confirm(&self) -> Result<(), Error> {
        self.worker.wait(self.order.confirm())?
    }

    /// Ends it where it stands: what it has replaced stays.
    pub fn abort(&self) -> Result<(), Error> {
        self.worker.wait(self.order.abort())?
    }

    /// Ends it and restores, by another change order, what there was before.
    pub fn roll_back(&self) -> Result<(), Error> {
        self.worker.wait(self.order.roll_back())?
    }

    /// The async one inside, for limits of its own: `client.wait(order.as_async().wait().timeout(limit))`.
    pub fn as_async(&self) -> &crate::change_order::ChangeOrder {
        &self.order
    }
}

impl fmt::Debug for ChangeOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.order.fmt(f)
    }
}
