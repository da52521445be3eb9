//! A state and where it is kept.

use std::sync::Arc;

use super::database::Store;
use super::error::DataError;
use super::writer::{News, Promise, Room};
use crate::domain::clock::Clock;
use crate::domain::snapshot::Mark;
use crate::domain::{Millis, State};

/// The state of a tenant, in memory and, if it is to be durable, in a store.
pub struct Kept {
    /// The state.
    pub state: State,
    place: Option<Place>,
}

/// Where a state is kept.
struct Place {
    store: Arc<Store>,
    tenant: String,
    product: &'static str,
    /// The last point of its history at which all was handed over, but for what time alone has done.
    mark: Mark,
    /// Whether more has happened since.
    changed: bool,
    /// Number of the last change that was handed over.
    last: u64,
}

impl Kept {
    /// A state that lives in memory alone.
    pub const fn in_memory(state: State) -> Self {
        Self { state, place: None }
    }

    /// The state that the store has of a tenant's product, otherwise this new one, which is stored with its first change.
    pub fn stored(
        mut state: State,
        store: Arc<Store>,
        tenant: &str,
        product: &'static str,
    ) -> Result<Self, DataError> {
        if let Some(snapshot) = store.snapshot(tenant, product)? {
            state.restore(snapshot).map_err(|damaged| store.unreadable(damaged))?;
        }
        state.watch();
        let mark = state.mark();
        let tenant = tenant.to_owned();
        Ok(Self { state, place: Some(Place { store, tenant, product, mark, changed: false, last: 0 }) })
    }

    /// Lets time go by.
    pub fn advance(&mut self, now: Millis) {
        if let Some(place) = &mut self.place {
            // A call that panicked may have left something behind.
            place.changed |= self.state.mark() != place.mark;
        }
        self.state.advance(now);
        if let Some(place) = &mut self.place {
            place.mark = self.state.mark();
        }
    }

    /// Ends a call: does what falls due at once, and has everything written if the call has changed anything. What the
    /// call has seen may be told once the promise is kept.
    pub fn settle(&mut self, room: Room) -> Promise {
        // A call that came later may have been ahead of this one, so it is the state that knows the time.
        self.advance(self.state.now);
        let Some(place) = &mut self.place else { return Promise::kept_already() };
        if place.changed {
            let news = News::State { product: place.product, records: self.state.take_changes() };
            place.last = place.store.hand_over(&place.tenant, news, room);
            place.changed = false;
        }
        place.store.promise(place.last)
    }

    /// Has a clock of the tenant written that was driven, before anybody is told what time has done by it.
    pub fn keep_clock(&mut self, clock: Clock) -> Promise {
        let Some(place) = &mut self.place else { return Promise::kept_already() };
        place.last = place.store.hand_over(&place.tenant, News::Clock(clock), Room::default());
        place.store.promise(place.last)
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::time::Duration;

    use redb::{TransactionError, WriteTransaction};
    use tokio::time::timeout;

    use super::{Kept, Store};
    use crate::domain::commands::namespaces::NewNamespace;
    use crate::domain::{Pace, State};
    use crate::store::DataError;

    #[tokio::test]
    async fn nobody_is_told_what_is_not_durable_yet() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let fresh = || State::new(1, Pace::instant(), vec!["cn-beijing"]);
        let mut kept = Kept::stored(fresh(), Arc::clone(&store), "local", "sae").unwrap();
        // Nothing can be committed as long as another transaction is open.
        let held = begin_write(&store).unwrap();

        kept.advance(1_000);
        let nothing_yet = kept.settle(store.room().await.unwrap());
        nothing_yet.kept().await.expect("there is nothing to wait for");

        create(&mut kept, "cn-beijing:a");
        let mut writing = pin!(kept.settle(store.room().await.unwrap()).kept());
        assert!(waits(writing.as_mut()).await, "the call that writes");
        kept.advance(2_000);
        let mut reading = pin!(kept.settle(store.room().await.unwrap()).kept());
        assert!(waits(reading.as_mut()).await, "a later call that reads");
        let mut other = Kept::stored(fresh(), Arc::clone(&store), "other", "sae").unwrap();
        other
            .settle(store.room().await.unwrap())
            .kept()
            .await
            .expect("another tenant has seen nothing of it");

        held.abort().unwrap();
        writing.await.unwrap();
        reading.await.unwrap();
        drop((kept, other, store));
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let kept = Kept::stored(fresh(), Arc::clone(&store), "local", "sae").unwrap();
        assert!(kept.state.namespaces.contains_key("cn-beijing:a"));
    }

    #[tokio::test]
    async fn what_a_call_that_panicked_has_changed_is_written_with_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store::open(folder.path()).unwrap());
        let fresh = State::new(1, Pace::instant(), vec!["cn-beijing"]);
        let mut kept = Kept::stored(fresh, Arc::clone(&store), "local", "sae").unwrap();
        let held = begin_write(&store).unwrap();
        kept.advance(1_000);
        create(&mut kept, "cn-beijing:a");
        // It never came to settle.
        kept.advance(2_000);
        let mut reading = pin!(kept.settle(store.room().await.unwrap()).kept());
        assert!(waits(reading.as_mut()).await);
        held.abort().unwrap();
        reading.await.unwrap();
    }

    fn begin_write(store: &Store) -> Result<WriteTransaction, TransactionError> {
        store.open.lock().unwrap().as_ref().unwrap().database.begin_write()
    }

    fn create(kept: &mut Kept, id: &str) {
        let new = NewNamespace { id: id.to_owned(), ..NewNamespace::default() };
        kept.state.create_namespace(new, kept.state.now).unwrap();
    }

    async fn waits(promise: Pin<&mut impl Future<Output = Result<(), DataError>>>) -> bool {
        timeout(Duration::from_millis(5), promise).await.is_err()
    }
}
