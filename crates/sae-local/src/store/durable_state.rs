//! The state of a tenant with the place where it is stored.

use std::sync::Arc;

use super::database::Store;
use super::error::DataError;
use super::writer::{CommitTicket, WriteOp, WritePermit};
use crate::domain::clock::Clock;
use crate::domain::snapshot::Revision;
use crate::domain::{Millis, State};

/// The state of a tenant in one product. It is in memory, and also in a store if the server has one.
pub struct DurableState {
    /// The state.
    pub state: State,
    location: Option<Location>,
}

/// Where a state is stored.
struct Location {
    store: Arc<Store>,
    tenant: String,
    product: &'static str,
    /// The revision up to which all changes of commands were enqueued.
    revision: Revision,
    /// Whether a command has changed the state since.
    changed: bool,
    /// Number of the last enqueued change.
    last: u64,
}

impl DurableState {
    /// A state that is only in memory.
    pub const fn in_memory(state: State) -> Self {
        Self { state, location: None }
    }

    /// The stored state of a tenant's product, otherwise this new one, which is stored with its first change.
    pub fn stored(
        mut state: State,
        store: Arc<Store>,
        tenant: &str,
        product: &'static str,
    ) -> Result<Self, DataError> {
        if let Some(snapshot) = store.snapshot(tenant, product)? {
            state.restore(snapshot).map_err(|damaged| store.unreadable(damaged))?;
        }
        state.track_changes();
        let revision = state.revision();
        let tenant = tenant.to_owned();
        Ok(Self {
            state,
            location: Some(Location { store, tenant, product, revision, changed: false, last: 0 }),
        })
    }

    /// Moves the time of the state forward.
    pub fn advance(&mut self, now: Millis) {
        if let Some(location) = &mut self.location {
            // A call that panicked may have changed something.
            location.changed |= self.state.revision() != location.revision;
        }
        self.state.advance(now);
        if let Some(location) = &mut self.location {
            location.revision = self.state.revision();
        }
    }

    /// Ends a call: does what falls due at once, and enqueues the changes if there are any. The result of the call may
    /// be answered once the ticket is committed.
    pub fn settle(&mut self, permit: WritePermit) -> CommitTicket {
        // The state may be ahead of this call's time, if a later call was faster.
        self.advance(self.state.now);
        let Some(location) = &mut self.location else { return CommitTicket::already_committed() };
        if location.changed {
            let op = WriteOp::State { product: location.product, records: self.state.take_changes() };
            location.last = location.store.enqueue(&location.tenant, op, permit);
            location.changed = false;
        }
        location.store.ticket(location.last)
    }

    /// Enqueues a clock that was driven. Nothing that it makes happen may be answered before the ticket is committed.
    pub fn store_clock(&mut self, clock: Clock) -> CommitTicket {
        let Some(location) = &mut self.location else { return CommitTicket::already_committed() };
        location.last =
            location.store.enqueue(&location.tenant, WriteOp::Clock(clock), WritePermit::default());
        location.store.ticket(location.last)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::time::Duration;

    use redb::{TransactionError, WriteTransaction};
    use tokio::time::timeout;

    use super::{DurableState, Store};
    use crate::domain::commands::namespaces::NewNamespace;
    use crate::domain::{Pace, State};
    use crate::store::DataError;

    #[tokio::test]
    async fn nobody_is_told_what_is_not_durable_yet() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let fresh = || State::new(1, Pace::instant(), vec!["cn-beijing"]);
        let mut durable = DurableState::stored(fresh(), Arc::clone(&store), "local", "sae").unwrap();
        // Nothing can be committed while another transaction is open.
        let held = begin_write(&store).unwrap();

        durable.advance(1_000);
        let nothing_yet = durable.settle(store.write_permit().await.unwrap());
        nothing_yet.committed().await.expect("there is nothing to wait for");

        create(&mut durable, "cn-beijing:a");
        let mut writing = pin!(durable.settle(store.write_permit().await.unwrap()).committed());
        assert!(waits(writing.as_mut()).await, "the call that writes");
        durable.advance(2_000);
        let mut reading = pin!(durable.settle(store.write_permit().await.unwrap()).committed());
        assert!(waits(reading.as_mut()).await, "a later call that reads");
        let mut other = DurableState::stored(fresh(), Arc::clone(&store), "other", "sae").unwrap();
        other
            .settle(store.write_permit().await.unwrap())
            .committed()
            .await
            .expect("another tenant has seen nothing of it");

        held.abort().unwrap();
        writing.await.unwrap();
        reading.await.unwrap();
        drop((durable, other, store));
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let durable = DurableState::stored(fresh(), Arc::clone(&store), "local", "sae").unwrap();
        assert!(durable.state.namespaces.contains_key("cn-beijing:a"));
    }

    #[tokio::test]
    async fn what_a_call_that_panicked_has_changed_is_written_with_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let fresh = State::new(1, Pace::instant(), vec!["cn-beijing"]);
        let mut durable = DurableState::stored(fresh, Arc::clone(&store), "local", "sae").unwrap();
        let held = begin_write(&store).unwrap();
        durable.advance(1_000);
        create(&mut durable, "cn-beijing:a");
        // The call never reached `settle`.
        durable.advance(2_000);
        let mut reading = pin!(durable.settle(store.write_permit().await.unwrap()).committed());
        assert!(waits(reading.as_mut()).await);
        held.abort().unwrap();
        reading.await.unwrap();
    }

    fn begin_write(store: &Store) -> Result<WriteTransaction, TransactionError> {
        store.open.lock().unwrap().as_ref().unwrap().database.begin_write()
    }

    fn create(durable: &mut DurableState, id: &str) {
        let new = NewNamespace { id: id.to_owned(), ..NewNamespace::default() };
        durable.state.create_namespace(new, durable.state.now).unwrap();
    }

    async fn waits(ticket: Pin<&mut impl Future<Output = Result<(), DataError>>>) -> bool {
        timeout(Duration::from_millis(5), ticket).await.is_err()
    }
}
