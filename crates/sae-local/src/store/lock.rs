//! Locks that a panic doesn't close.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Takes a lock, even if a call panicked that held it: one panic must not take a tenant or the server with it.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
