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

/// The access keys that the server knows. They can be added while it runs; none is ever taken away.
pub struct AccessKeys {
    keys: RwLock<BTreeMap<String, Arc<AccessKey>>>,
    pace: Pace,
    store: Option<Arc<Store>>,
}

/// What makes an access key.
#[derive(Clone)]
pub struct NewKey {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The security token without which it isn't accepted.
    pub token: Option<String>,
}

/// An access key and what belongs to it.
pub struct AccessKey {
    /// Its id.
    pub id: String,
    /// The secret.
    pub secret: String,
    /// The security token without which it isn't accepted.
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
    /// A part of it is empty.
    Empty,
    /// Its id, or its token, holds what no header can carry.
    Unfit,
    /// There is one with this id.
    Taken,
    /// What it has can't be read, or can't be kept.
    Data(DataError),
}

impl AccessKeys {
    /// No key yet. Tenants live at this pace, unless theirs is another one. Without a store, what they have lives in
    /// memory alone.
    pub const fn new(pace: Pace, store: Option<Arc<Store>>) -> Self {
        Self { keys: RwLock::new(BTreeMap::new()), pace, store }
    }

    /// Where everything is kept.
    pub fn store(&self) -> Option<Weak<Store>> {
        self.store.as_ref().map(Arc::downgrade)
    }

    /// Lets go of where everything is kept. What changes from then on can't be kept, and says so.
    pub fn close(&self) {
        if let Some(store) = &self.store {
            store.close();
        }
    }

    /// Waits until there is room for a change.
    pub async fn permit(&self) -> Result<WritePermit, DataError> {
        match &self.store {
            Some(store) => store.permit().await,
            None => Ok(WritePermit::default()),
        }
    }

    /// Adds a key, with the state that is in the store, or with an empty one.
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
        // It may take its time to read a state, and nobody else's calls wait for that.
        let pace = pace.unwrap_or_else(|| self.pace.clone());
        let state = |service: &'static Service| match &self.store {
            Some(store) => {
                DurableState::stored(empty(&pace, service), Arc::clone(store), &id, service.product)
            }
            None => Ok(DurableState::in_memory(empty(&pace, service))),
        };
        let sae = state(&sae::SERVICE).map_err(KeyError::Data)?;
        let edas = state(&edas::SERVICE).map_err(KeyError::Data)?;
        let kept = self.store.as_ref().map_or(Ok(None), |store| store.clock(&id)).map_err(KeyError::Data)?;
        // Whatever has become of the system's time: what has happened doesn't lie ahead again.
        let (system, happened) = (system_now(), sae.state.now.max(edas.state.now));
        let clock = kept.unwrap_or_default().no_earlier(happened, system);
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

    /// All keys, by id.
    pub fn all(&self) -> Vec<Arc<AccessKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

impl AccessKey {
    /// What the tenant has in a product by now, for one call alone. One product knows nothing of the other.
    pub fn state(&self, product: &str) -> MutexGuard<'_, DurableState> {
        let mut kept = lock(if product == edas::SERVICE.product { &self.edas } else { &self.sae });
        // Not looked at before: a state may have been put back together with its clock while this one waited.
        kept.advance(self.now());
        kept
    }

    /// Changes what the tenant has in SAE and in EDAS, and its clock, as one. It is durable when the future ends.
    pub async fn change<T>(
        &self,
        access: &AccessKeys,
        change: impl FnOnce(&mut State, &mut State, &mut Clock) -> T,
    ) -> Result<T, DataError> {
        // One place for both: who waits for a second while it has the first may wait for others who do the same.
        let permit = access.permit().await?;
        let (told, tickets) = {
            let (mut sae, mut edas) = (lock(&self.sae), lock(&self.edas));
            let mut clock = lock(&self.clock);
            let (before, now) = (*clock, clock.now(system_now()));
            sae.advance(now);
            edas.advance(now);
            let told = change(&mut sae.state, &mut edas.state, &mut clock);
            if *clock != before {
                let _ = store_clock([&mut sae, &mut edas], *clock);
            }
            (told, [sae.settle(permit), edas.settle(WritePermit::default())])
        };
        for ticket in tickets {
            ticket.committed().await?;
        }
        Ok(told)
    }

    /// The clock of the tenant.
    pub fn clock(&self) -> Clock {
        *lock(&self.clock)
    }

    /// Drives the clock of the tenant: tells it the system's time. How it stands then is durable once the promise is
    /// kept; no answer comes before that.
    pub fn drive(&self, how: impl FnOnce(&mut Clock, Millis)) -> CommitTicket {
        let (mut sae, mut edas) = (lock(&self.sae), lock(&self.edas));
        let mut clock = lock(&self.clock);
        how(&mut clock, system_now());
        store_clock([&mut sae, &mut edas], *clock)
    }

    /// What the clock of the tenant shows.
    pub fn now(&self) -> Millis {
        self.clock().now(system_now())
    }

    /// The nonces that the tenant has used.
    pub fn nonces(&self) -> MutexGuard<'_, Nonces> {
        lock(&self.nonces)
    }

    /// Back to an empty state and a clock that shows the system's time.
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
                "the id or the security token of an access key holds characters that it can't have"
            }
            Self::Taken => "the access key id is given twice",
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

/// Nothing yet, in the regions of a service.
pub fn empty(pace: &Pace, service: &'static Service) -> State {
    let regions = service.regions.iter().map(|region| region.id).collect();
    State::new(fastrand::u64(..), pace.clone(), regions)
}

/// Has a clock written for both products: neither waits for what the other has handed over.
fn store_clock(products: [&mut DurableState; 2], clock: Clock) -> CommitTicket {
    let [sae, edas] = products;
    let _ = sae.store_clock(clock);
    edas.store_clock(clock)
}
