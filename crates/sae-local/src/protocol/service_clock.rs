//! The time by which the server judges requests.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::Millis;
use crate::domain::time::millis;

/// The system's time.
pub fn system_now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    millis(since)
}

/// The clock of the server: the system's time, shifted by a skew that a test may set. The clocks of tenants don't
/// depend on it.
#[derive(Debug, Default)]
pub struct ServiceClock {
    skew: AtomicI64,
}

impl ServiceClock {
    /// The time by which dates and nonces are judged.
    pub fn now(&self) -> Millis {
        system_now().saturating_add(self.skew())
    }

    /// How far the clock is ahead of the system's, in milliseconds; negative if it is behind.
    pub fn skew(&self) -> Millis {
        self.skew.load(Ordering::Relaxed)
    }

    /// Sets how far the clock is ahead of the system's, in milliseconds.
    pub fn set_skew(&self, ahead: Millis) {
        self.skew.store(ahead, Ordering::Relaxed);
    }
}
