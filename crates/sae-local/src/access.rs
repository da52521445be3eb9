//! Access keys, each with a tenant of its own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sae_models::{edas, sae};
use sae_transport::Service;

use crate::domain::{Pace, State};
use crate::nonces::Nonces;
use crate::store::{DataError, Kept, Room, Store};

/// The access keys that the server knows.
pub struct Access {
    keys: HashMap<String, AccessKey>,
    store: Option<Arc<Store>>,
}

/// An access key and what belongs to it.
pub struct AccessKey {
    /// The secret.
    pub secret: String,
    sae: Mutex<Kept>,
    edas: Mutex<Kept>,
    nonces: Mutex<Nonces>,
}

impl Access {
    /// These keys, each with the state that is in the store, or with an empty one. Without a store, they live in memory
    /// alone.
    pub fn new(
        keys: Vec<(String, String)>,
        pace: &Pace,
        store: Option<Arc<Store>>,
    ) -> Result<Self, DataError> {
        let state = |id: &str, service: &Service| {
            let regions = service.regions.iter().map(|region| region.id).collect();
            let state = State::new(fastrand::u64(..), pace.clone(), regions);
            let kept = match &store {
                Some(store) => store.kept(id, service.product, state)?,
                None => Kept::in_memory(state),
            };
            Ok(Mutex::new(kept))
        };
        let key = |(id, secret): (String, String)| {
            let (sae, edas) = (state(&id, &sae::SERVICE)?, state(&id, &edas::SERVICE)?);
            Ok((id, AccessKey { secret, sae, edas, nonces: Mutex::default() }))
        };
        let keys = keys.into_iter().map(key).collect::<Result<_, _>>()?;
        Ok(Self { keys, store })
    }

    /// Waits until there is room for a call.
    pub async fn room(&self) -> Result<Room, DataError> {
        match &self.store {
            Some(store) => store.room().await,
            None => Ok(Room::default()),
        }
    }

    /// The key with this id.
    pub fn key(&self, id: &str) -> Option<&AccessKey> {
        self.keys.get(id)
    }
}

impl AccessKey {
    /// What the tenant has in a product, for one call alone. One product knows nothing of the other.
    pub fn state(&self, product: &str) -> MutexGuard<'_, Kept> {
        lock(if product == edas::SERVICE.product { &self.edas } else { &self.sae })
    }

    /// The nonces that the tenant has used.
    pub fn nonces(&self) -> MutexGuard<'_, Nonces> {
        lock(&self.nonces)
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").finish_non_exhaustive()
    }
}

/// A call that panicked must not take its tenant with it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
