//! Orders the callers in this process that deploy with the same token.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::OwnedMutexGuard;

use super::Token;

/// Held from the look-up of a token to the answer of the service, so that the look-up of the next caller finds this deployment.
#[derive(Debug)]
pub(super) struct Turn(#[expect(dead_code, reason = "held, never looked at")] OwnedMutexGuard<()>);

impl Turn {
    /// Waits until no other caller is deploying this application with this token.
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

/// Shared by the whole process, since callers may have their own clients.
static GATES: Mutex<BTreeMap<(String, String), Weak<Gate>>> = Mutex::new(BTreeMap::new());
