//! Locks that survive panics.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes a lock, even if its last holder panicked: one panic must not stop a tenant or the server.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
