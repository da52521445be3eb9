//! Access keys, each with a tenant of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::clock::{self, Clock};
use crate::domain::{Millis, Pace, State};
use crate::nonces::Nonces;

/// The access keys that the server knows. They can be added while it runs; none is ever taken away.
#[derive(Debug)]
pub struct Access {
    keys: RwLock<BTreeMap<String, Arc<AccessKey>>>,
    pace: Pace,
    regions: Vec<&'static str>,
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
    regions: Vec<&'static str>,
    state: Mutex<State>,
    clock: Mutex<Clock>,
    nonces: Mutex<Nonces>,
}

/// Why an access key can't be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// A part of it is empty.
    Empty,
    /// Its id, or its token, holds what no header can carry.
    Unfit,
    /// There is one with this id.
    Taken,
}

impl Access {
    /// No key yet. Tenants live at this pace, unless theirs is another one, in these regions.
    pub const fn new(pace: Pace, regions: Vec<&'static str>) -> Self {
        Self { keys: RwLock::new(BTreeMap::new()), pace, regions }
    }

    /// Adds a key, with an empty state.
    pub fn add(&self, new: NewKey, pace: Option<Pace>) -> Result<Arc<AccessKey>, KeyError> {
        let NewKey { id, secret, token } = new;
        if id.is_empty() || secret.is_empty() || token.as_ref().is_some_and(String::is_empty) {
            return Err(KeyError::Empty);
        }
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if !plain(&id) || id.contains([':', ',', '=']) || !token.as_deref().is_none_or(plain) {
            return Err(KeyError::Unfit);
        }
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.contains_key(&id) {
            return Err(KeyError::Taken);
        }
        let (pace, regions) = (pace.unwrap_or_else(|| self.pace.clone()), self.regions.clone());
        let key = Arc::new(AccessKey {
            state: Mutex::new(empty(&pace, &regions)),
            id: id.clone(),
            secret,
            token,
            pace,
            regions,
            clock: Mutex::default(),
            nonces: Mutex::default(),
        });
        keys.insert(id, Arc::clone(&key));
        Ok(key)
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
    /// The state of the tenant, for one call alone.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// The clock of the tenant. Where the state is locked too, that comes first.
    pub fn clock(&self) -> MutexGuard<'_, Clock> {
        lock(&self.clock)
    }

    /// What the clock of the tenant shows.
    pub fn now(&self) -> Millis {
        self.clock().now(clock::system())
    }

    /// The nonces that the tenant has used.
    pub fn nonces(&self) -> MutexGuard<'_, Nonces> {
        lock(&self.nonces)
    }

    /// Back to an empty state and a clock that shows the system's time.
    pub fn reset(&self) {
        let mut state = self.state();
        *state = empty(&self.pace, &self.regions);
        *self.clock() = Clock::default();
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an access key needs an id and a secret, and its security token can't be empty",
            Self::Unfit => {
                "the id or the security token of an access key holds characters that it can't have"
            }
            Self::Taken => "the access key id is given twice",
        })
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("id", &self.id).finish_non_exhaustive()
    }
}

fn empty(pace: &Pace, regions: &[&'static str]) -> State {
    State::new(fastrand::u64(..), pace.clone(), regions.to_vec())
}

/// A call that panicked must not take its tenant with it.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
