//! The time: the system's for the gateway, one that can be driven for each tenant.

use crate::domain::Millis;

/// The clock of a tenant: it runs with the system's time, some time ahead, or stands still.
///
/// Like the domain it reads no time by itself. It can be set forward and stopped; it never goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It runs, this far ahead of the system's time.
    Running {
        /// Milliseconds ahead.
        ahead: Millis,
    },
    /// It stands still.
    Frozen {
        /// At this moment.
        at: Millis,
    },
}

impl Clock {
    /// What it shows at this moment of the system's time.
    pub const fn now(self, system: Millis) -> Millis {
        match self {
            Self::Running { ahead } => system.saturating_add(ahead),
            Self::Frozen { at } => at,
        }
    }

    /// Whether it stands still.
    pub const fn is_frozen(self) -> bool {
        matches!(self, Self::Frozen { .. })
    }

    /// Sets it forward.
    pub const fn advance(&mut self, by: Millis) {
        match self {
            Self::Running { ahead: shown } | Self::Frozen { at: shown } => *shown = shown.saturating_add(by),
        }
    }

    /// Stops it.
    pub const fn freeze(&mut self, system: Millis) {
        *self = Self::Frozen { at: self.now(system) };
    }

    /// Lets it run again, from what it shows.
    pub const fn resume(&mut self, system: Millis) {
        *self = Self::showing(self.now(system), system);
    }

    /// A clock that runs and shows this now.
    pub const fn showing(now: Millis, system: Millis) -> Self {
        Self::Running { ahead: now.saturating_sub(system) }
    }

    /// The same, unless it shows an earlier moment than this; else one that shows this.
    #[must_use]
    pub const fn no_earlier(self, than: Millis, system: Millis) -> Self {
        match self {
            Self::Running { .. } if self.now(system) < than => Self::showing(than, system),
            Self::Frozen { at } if at < than => Self::Frozen { at: than },
            _ => self,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::Running { ahead: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::Clock;

    #[test]
    fn a_clock_is_driven_and_never_goes_back() {
        let mut clock = Clock::default();
        assert_eq!(clock.now(1_000), 1_000);
        clock.advance(500);
        assert_eq!(clock.now(1_000), 1_500);
        clock.freeze(1_100);
        assert_eq!((clock.now(9_000), clock.is_frozen()), (1_600, true));
        clock.advance(400);
        assert_eq!(clock.now(9_000), 2_000);
        clock.resume(9_000);
        assert_eq!((clock.now(9_000), clock.now(9_100)), (2_000, 2_100));
        assert_eq!(clock.no_earlier(2_000, 9_000), clock);
        assert_eq!(clock.no_earlier(2_001, 9_000).now(9_100), 2_101);
        clock.freeze(9_000);
        assert_eq!(clock.no_earlier(2_001, 9_000), Clock::Frozen { at: 2_001 });
    }
}
