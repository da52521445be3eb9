//! The clock of a tenant.

use crate::domain::Millis;

/// The clock of a tenant: it runs with the system's time, some time ahead of it, or is frozen.
///
/// It doesn't read the system's time itself. It can be set forward and frozen, but never back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It runs ahead of the system's time.
    Running {
        /// By this many milliseconds.
        ahead: Millis,
    },
    /// It is frozen.
    Frozen {
        /// At this time.
        at: Millis,
    },
}

impl Clock {
    /// The time that it shows when the system's time is `system`.
    pub const fn now(self, system: Millis) -> Millis {
        match self {
            Self::Running { ahead } => system.saturating_add(ahead),
            Self::Frozen { at } => at,
        }
    }

    /// Whether it is frozen.
    pub const fn is_frozen(self) -> bool {
        matches!(self, Self::Frozen { .. })
    }

    /// Sets it forward by this many milliseconds.
    pub const fn advance(&mut self, by: Millis) {
        match self {
            Self::Running { ahead: shown } | Self::Frozen { at: shown } => *shown = shown.saturating_add(by),
        }
    }

    /// Freezes it at the time that it shows.
    pub const fn freeze(&mut self, system: Millis) {
        *self = Self::Frozen { at: self.now(system) };
    }

    /// Lets it run again from the time that it shows.
    pub const fn resume(&mut self, system: Millis) {
        *self = Self::showing(self.now(system), system);
    }

    /// A running clock that shows `now` when the system's time is `system`.
    pub const fn showing(now: Millis, system: Millis) -> Self {
        Self::Running { ahead: now.saturating_sub(system) }
    }

    /// This clock if it shows `than` or a later time, otherwise one that shows `than`.
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
