//! Access keys, each with a tenant of its own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sae_models::sae;

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
    state: Mutex<Kept>,
    nonces: Mutex<Nonces>,
}

impl Access {
    /// These keys, each with the state that is in the store, or with an empty one. Without a store, they live in memory
    /// alone.
    pub fn new(
        keys: Vec<(String, String)>,
        pace: &Pace,
        regions: &[&'static str],
        store: Option<Arc<Store>>,
    ) -> Result<Self, DataError> {
        let key = |(id, secret): (String, String)| {
            let state = State::new(fastrand::u64(..), pace.clone(), regions.to_vec());
            let state = match &store {
                Some(store) => store.kept(&id, sae::SERVICE.product, state)?,
                None => Kept::in_memory(state),
            };
            Ok((id, AccessKey { secret, state: Mutex::new(state), nonces: Mutex::default() }))
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
    /// The state of the tenant, for one call alone.
    pub fn state(&self) -> MutexGuard<'_, Kept> {
        lock(&self.state)
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
