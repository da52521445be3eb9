//! Callers in this process that deploy with the same token take turns.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

use super::Token;

/// Held from the look for a token to the service's answer, so that the next caller's look sees what this one has started.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "held, never looked at")] OwnedMutexGuard<()>);

impl Turn {
    /// Waits until no other caller sends a deployment of this application with this token.
    pub(super) async fn of(app_id: &str, token: &Token) -> Self {
        let key = (app_id.to_owned(), token.as_str().to_owned());
        let gate = {
            let mut gates = GATES.lock().unwrap_or_else(PoisonError::into_inner);
            gates.retain(|_, gate| gate.strong_count() > 0);
            let known = gates.get(&key).and_then(Weak::upgrade);
            let gate = known.unwrap_or_default();
            gates.insert(key, Arc::downgrade(&gate));
            gate
        };
        Self(gate.lock_owned().await)
    }
}

type Gate = tokio::sync::Mutex<()>;

/// One for the whole process: callers may have clients of their own.
static GATES: Mutex<BTreeMap<(String, String), Weak<Gate>>> = Mutex::new(BTreeMap::new());
