//! The time.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::Millis;

/// The time of the server.
#[derive(Clone, Debug, Default)]
pub struct Clock;

impl Clock {
    /// Milliseconds since 1970.
    #[expect(clippy::unused_self, reason = "a clock is asked, also one that can only tell the system's time")]
    pub fn now(&self) -> Millis {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
    }
}
