//! Access keys, each with a tenant of its own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sae_models::{edas, sae};
use sae_transport::Service;

use crate::domain::{Pace, State};
use crate::nonces::Nonces;

/// The access keys that the server knows.
#[derive(Debug)]
pub struct Access {
    keys: HashMap<String, AccessKey>,
}

/// An access key and what belongs to it.
pub struct AccessKey {
    /// The secret.
    pub secret: String,
    sae: Mutex<State>,
    edas: Mutex<State>,
    nonces: Mutex<Nonces>,
}

impl Access {
    /// These keys, each with an empty state.
    pub fn new(keys: Vec<(String, String)>, pace: &Pace) -> Self {
        let state = |service: &Service| {
            let regions = service.regions.iter().map(|region| region.id).collect();
            Mutex::new(State::new(fastrand::u64(..), pace.clone(), regions))
        };
        let key = |secret| AccessKey {
            secret,
            sae: state(&sae::SERVICE),
            edas: state(&edas::SERVICE),
            nonces: Mutex::default(),
        };
        Self { keys: keys.into_iter().map(|(id, secret)| (id, key(secret))).collect() }
    }

    /// The key with this id.
    pub fn key(&self, id: &str) -> Option<&AccessKey> {
        self.keys.get(id)
    }
}

impl AccessKey {
    /// What the tenant has in a product, for one call alone. One product knows nothing of the other.
    pub fn state(&self, product: &str) -> MutexGuard<'_, State> {
        lock(if product == edas::SERVICE.product { &self.edas } else { &self.sae })
    }

    /// The nonces that the tenant has used.
    pub fn nonces(&self) -> MutexGuard<'_, Nonces> {
        lock(&self.nonces)
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
