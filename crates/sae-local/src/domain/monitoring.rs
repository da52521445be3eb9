//! How applications are monitored.

use serde::{Deserialize, Serialize};

/// The switches of Application Real-Time Monitoring Service (ARMS) for an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitoring {
    /// Whether ARMS was switched off.
    pub disabled: bool,
    /// Whether advanced monitoring is on.
    pub advanced: bool,
}

impl Monitoring {
    /// Switches advanced monitoring on, and ARMS with it, or off.
    pub const fn set_advanced(&mut self, advanced: bool) {
        self.advanced = advanced;
        self.disabled &= !advanced;
    }

    /// Switches ARMS off, and advanced monitoring with it.
    pub const fn disable(&mut self) {
        *self = Self { disabled: true, advanced: false };
    }
}
