//! Access keys, each with a tenant of its own.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};

use sae_models::{edas, sae};
use sae_sign::is_access_key_id;
use sae_transport::Service;

use crate::domain::clock::Clock;
use crate::domain::{Millis, Pace, State};
use crate::protocol::nonces::Nonces;
use crate::protocol::service_clock::system_now;
use crate::store::{CommitTicket, DataError, DurableState, Store, WritePermit, lock};

/// The access keys that the server knows. Keys can be added while it runs, but not removed.
pub struct AccessKeys {
    keys: RwLock<BTreeMap<String, Arc<AccessKey>>>,
    pace: Pace,
    store: Option<Arc<Store>>,
}

/// A new access key.
#[derive(Clone)]
pub struct NewKey {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The security token that a request must have; none for a permanent key.
    pub token: Option<String>,
}

/// An access key with its tenant.
pub struct AccessKey {
    /// Its id, which is also the id of the tenant.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The security token that a request must have; none for a permanent key.
    pub token: Option<String>,
    pace: Pace,
    sae: Mutex<DurableState>,
    edas: Mutex<DurableState>,
    clock: Mutex<Clock>,
    nonces: Mutex<Nonces>,
}

/// Why an access key can't be added.
#[derive(Clone, Debug)]
pub enum KeyError {
    /// Its id, its secret or its token is empty.
    Empty,
    /// Its id or its token has characters that a header can't have.
    Unfit,
    /// There is a key with this id already.
    Taken,
    /// The state of its tenant can't be read or stored.
    Data(DataError),
}

impl AccessKeys {
    /// No keys yet. `pace` is the default pace of tenants. Without a store, their states are only in memory.
    pub const fn new(pace: Pace, store: Option<Arc<Store>>) -> Self {
        Self { keys: RwLock::new(BTreeMap::new()), pace, store }
    }

    /// The store of all states, if there is one.
    pub fn store(&self) -> Option<Weak<Store>> {
        self.store.as_ref().map(Arc::downgrade)
    }

    /// Closes the store. Later changes fail.
    pub fn close(&self) {
        if let Some(store) = &self.store {
            store.close();
        }
    }

    /// Waits for permission to write.
    pub async fn write_permit(&self) -> Result<WritePermit, DataError> {
        match &self.store {
            Some(store) => store.write_permit().await,
            None => Ok(WritePermit::default()),
        }
    }

    /// Adds a key, with the stored state of its tenant or an empty one.
    pub fn add(&self, new: NewKey, pace: Option<Pace>) -> Result<Arc<AccessKey>, KeyError> {
        let NewKey { id, secret, token } = new;
        if id.is_empty() || secret.is_empty() || token.as_ref().is_some_and(String::is_empty) {
            return Err(KeyError::Empty);
        }
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_access_key_id(&id) || !token.as_deref().is_none_or(plain) {
            return Err(KeyError::Unfit);
        }
        if self.key(&id).is_some() {
            return Err(KeyError::Taken);
        }
        // Reading a state may take long; calls of other tenants don't wait for it.
        let pace = pace.unwrap_or_else(|| self.pace.clone());
        let state = |service: &'static Service| match &self.store {
            Some(store) => {
                DurableState::stored(empty(&pace, service), Arc::clone(store), &id, service.product)
            }
            None => Ok(DurableState::in_memory(empty(&pace, service))),
        };
        let sae = state(&sae::SERVICE).map_err(KeyError::Data)?;
        let edas = state(&edas::SERVICE).map_err(KeyError::Data)?;
        let stored =
            self.store.as_ref().map_or(Ok(None), |store| store.clock(&id)).map_err(KeyError::Data)?;
        // What has happened must not be in the future, even if the system's time went back.
        let (system, happened) = (system_now(), sae.state.now.max(edas.state.now));
        let clock = stored.unwrap_or_default().no_earlier(happened, system);
        let key = Arc::new(AccessKey {
            id: id.clone(),
            secret,
            token,
            pace,
            sae: Mutex::new(sae),
            edas: Mutex::new(edas),
            clock: Mutex::new(clock),
            nonces: Mutex::default(),
        });
        match self.keys.write().unwrap_or_else(PoisonError::into_inner).entry(id) {
            Entry::Vacant(free) => Ok(Arc::clone(free.insert(key))),
            Entry::Occupied(_) => Err(KeyError::Taken),
        }
    }

    /// The key with this id.
    pub fn key(&self, id: &str) -> Option<Arc<AccessKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// All keys, ordered by id.
    pub fn all(&self) -> Vec<Arc<AccessKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

impl AccessKey {
    /// Locks the state of the tenant in a product and moves it to the current time. The products are independent.
    pub fn state(&self, product: &str) -> MutexGuard<'_, DurableState> {
        let mut state = lock(if product == edas::SERVICE.product { &self.edas } else { &self.sae });
        // The time is read under the lock: the state may have been restored together with its clock while this call
        // waited.
        state.advance(self.now());
        state
    }

    /// Changes the states of the tenant in SAE and EDAS and its clock in one step. Returns when that is durable.
    pub async fn change<T>(
        &self,
        access: &AccessKeys,
        change: impl FnOnce(&mut State, &mut State, &mut Clock) -> T,
    ) -> Result<T, DataError> {
        // One permit for both states: waiting for a second one while holding the first could deadlock.
        let permit = access.write_permit().await?;
        let (result, tickets) = {
            let (mut sae, mut edas) = (lock(&self.sae), lock(&self.edas));
            let mut clock = lock(&self.clock);
            let (before, now) = (*clock, clock.now(system_now()));
            sae.advance(now);
            edas.advance(now);
            let result = change(&mut sae.state, &mut edas.state, &mut clock);
            if *clock != before {
                let _ = store_clock([&mut sae, &mut edas], *clock);
            }
            (result, [sae.settle(permit), edas.settle(WritePermit::default())])
        };
        for ticket in tickets {
            ticket.committed().await?;
        }
        Ok(result)
    }

    /// The clock of the tenant.
    pub fn clock(&self) -> Clock {
        *lock(&self.clock)
    }

    /// Changes the clock of the tenant; `how` gets the system's time. No answer may show the new time before the ticket
    /// is committed.
    pub fn drive(&self, how: impl FnOnce(&mut Clock, Millis)) -> CommitTicket {
        let (mut sae, mut edas) = (lock(&self.sae), lock(&self.edas));
        let mut clock = lock(&self.clock);
        how(&mut clock, system_now());
        store_clock([&mut sae, &mut edas], *clock)
    }

    /// The current time of the tenant.
    pub fn now(&self) -> Millis {
        self.clock().now(system_now())
    }

    /// The nonces that the tenant has used.
    pub fn nonces(&self) -> MutexGuard<'_, Nonces> {
        lock(&self.nonces)
    }

    /// Empties the states of the tenant and sets its clock to the system's time.
    pub async fn reset(&self, access: &AccessKeys) -> Result<(), DataError> {
        self.change(access, |sae, edas, clock| {
            sae.copy_from(&empty(&self.pace, &sae::SERVICE));
            edas.copy_from(&empty(&self.pace, &edas::SERVICE));
            *clock = Clock::default();
        })
        .await
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Data(error) => return error.fmt(f),
            Self::Empty => "an access key needs an id and a secret, and its security token can't be empty",
            Self::Unfit => {
                "the id or the security token of an access key contains characters that a header can't have"
            }
            Self::Taken => "two access keys have the same id",
        })
    }
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An empty state with the regions of a service.
pub fn empty(pace: &Pace, service: &'static Service) -> State {
    let regions = service.regions.iter().map(|region| region.id).collect();
    State::new(fastrand::u64(..), pace.clone(), regions)
}

/// Enqueues a clock for both products, so that calls of either wait until it is durable.
fn store_clock(products: [&mut DurableState; 2], clock: Clock) -> CommitTicket {
    let [sae, edas] = products;
    let _ = sae.store_clock(clock);
    edas.store_clock(clock)
}
