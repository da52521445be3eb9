//! The state that calls and the control interface share.

use crate::control::faults::Faults;
use crate::control::journal::Journal;
use crate::protocol::access_keys::AccessKeys;
use crate::protocol::service_clock::ServiceClock;

/// The state that calls and the control interface share: tenants, faults, journal and the clock of the server.
#[derive(Debug)]
pub struct Backend {
    /// The access keys with their tenants.
    pub access_keys: AccessKeys,
    /// The faults in force.
    pub faults: Faults,
    /// The latest requests.
    pub journal: Journal,
    /// The clock by which dates and nonces are judged.
    pub clock: ServiceClock,
}

impl Backend {
    /// A backend with these access keys and without faults.
    pub fn new(access_keys: AccessKeys, journal: Journal) -> Self {
        Self { access_keys, faults: Faults::default(), journal, clock: ServiceClock::default() }
    }
}
