//! A state and where it is kept.

use std::sync::Arc;

use super::{Promise, Room, Store};
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

    /// A state that is in the store already, or will be with its first change.
    pub fn new(mut state: State, store: Arc<Store>, tenant: &str, product: &'static str) -> Self {
        state.watch();
        let mark = state.mark();
        let tenant = tenant.to_owned();
        Self { state, place: Some(Place { store, tenant, product, mark, changed: false, last: 0 }) }
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
            let records = self.state.take_changes();
            place.last = place.store.hand_over(&place.tenant, place.product, records, room);
            place.changed = false;
        }
        place.store.promise(place.last)
    }
}
