//! Change orders for programs that are not async.

use std::fmt;

use sae_models::sae;
use sae_transport::Error;

use super::follow::Follow;
use super::worker::Worker;
use crate::change_order::{Finished, Snapshot};
use crate::client::CallOptions;

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

    /// Identifier of its application, if the answer to the call that started it had one.
    pub fn app_id(&self) -> Option<&str> {
        self.order.app_id()
    }

    /// The same change order, whose calls have these options: see [`crate::change_order::ChangeOrder::with_options`].
    #[must_use = "it leaves this handle as it is"]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { order: self.order.with_options(options), worker: self.worker.clone() }
    }

    /// Reads its present state.
    pub fn read(&self) -> Result<sae::ChangeOrder, Error> {
        self.worker.wait(self.order.read())?
    }

    /// Waits until it is over or waits for a person, at most one hour.
    pub fn wait(&self) -> Result<Finished, Error> {
        self.worker.wait(self.order.wait().into_future())?
    }

    /// Like [`ChangeOrder::wait`]. Calls `show` with a snapshot at the beginning and after every change.
    pub fn watch(&self, show: impl FnMut(&Snapshot) + Send + 'static) -> Result<Finished, Error> {
        self.worker.wait(self.order.wait().watch(show).into_future())?
    }

    /// Follows it with snapshots until it ends: see [`Follow`].
    pub fn follow(&self) -> Follow {
        Follow::new(self.order.follow(), self.worker.clone())
    }

    /// Starts the batch that waits for a confirmation: see [`crate::change_order::ChangeOrder::confirm`].
    pub fn confirm(&self) -> Result<(), Error> {
        self.worker.wait(self.order.confirm())?
    }

    /// Aborts it. Instances that it has already replaced stay as they are.
    pub fn abort(&self) -> Result<(), Error> {
        self.worker.wait(self.order.abort())?
    }

    /// Aborts it and restores the previous version by another change order.
    pub fn roll_back(&self) -> Result<(), Error> {
        self.worker.wait(self.order.roll_back())?
    }

    /// The async change order, to set limits: `client.block_on(order.as_async().wait().timeout(limit))`.
    pub fn as_async(&self) -> &crate::change_order::ChangeOrder {
        &self.order
    }
}

impl fmt::Debug for ChangeOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.order.fmt(f)
    }
}
