//! Access keys, each with a tenant of its own.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    state: Mutex<State>,
    nonces: Mutex<Nonces>,
}

impl Access {
    /// These keys, each with an empty state.
    pub fn new(keys: Vec<(String, String)>, pace: &Pace, regions: &[&'static str]) -> Self {
        let key = |secret| AccessKey {
            secret,
            state: Mutex::new(State::new(fastrand::u64(..), pace.clone(), regions.to_vec())),
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
    /// The state of the tenant, for one call alone.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
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
