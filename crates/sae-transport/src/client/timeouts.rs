//! How long a call may take, as data.

use std::time::Duration;

/// Time limits of a call.
///
/// ```
/// use std::time::Duration;
///
/// use sae_transport::client::Timeouts;
///
/// let quick = Timeouts::new().call(Duration::from_secs(5)).attempt(Duration::from_secs(2));
/// assert_eq!(Timeouts::default().call, Duration::from_secs(60));
/// assert_eq!(quick.attempt, Duration::from_secs(2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// How long the whole call may take, waits and repetitions included. 60 seconds unless set.
    pub call: Duration,
    /// How long one attempt may take: credentials, connection, request and answer. 30 seconds unless set. What is left of the call is a
    /// limit, too.
    pub attempt: Duration,
}

impl Timeouts {
    /// The defaults.
    pub const fn new() -> Self {
        Self { call: Duration::from_secs(60), attempt: Duration::from_secs(30) }
    }

    /// Sets [`Timeouts::call`].
    #[must_use]
    pub const fn call(mut self, timeout: Duration) -> Self {
        self.call = timeout;
        self
    }

    /// Sets [`Timeouts::attempt`].
    #[must_use]
    pub const fn attempt(mut self, timeout: Duration) -> Self {
        self.attempt = timeout;
        self
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self::new()
    }
}
