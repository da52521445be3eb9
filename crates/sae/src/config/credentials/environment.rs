//! The environment of the sources of credentials.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sae_transport::Error;
use sae_transport::client::{Endpoint, Exchange, Http};

use super::Variables;

/// The environment of the sources of credentials: variables, clock, HTTP and addresses.
///
/// ```
/// use sae::credentials::{Chain, Environment, Variables};
///
/// let isolated = Environment::new(Variables::from([("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")]));
/// let chain = Chain::new().with_environment(isolated);
/// assert_eq!(chain.region(), None);
/// ```
#[derive(Clone)]
#[must_use]
pub struct Environment {
    pub(super) variables: Variables,
    pub(super) clock: Clock,
    exchange: Option<Arc<dyn Exchange>>,
    pub(super) sts_endpoint: Option<Endpoint>,
    pub(super) metadata_endpoint: Option<Endpoint>,
    timeout: Option<Duration>,
}

impl Environment {
    /// These variables, the clock of the system, real HTTP and the addresses of the cloud.
    pub fn new(variables: Variables) -> Self {
        Self {
            variables,
            clock: Clock::system(),
            exchange: None,
            sts_endpoint: None,
            metadata_endpoint: None,
            timeout: None,
        }
    }

    /// The variables of this process, with the defaults of [`Environment::new`].
    pub fn load() -> Self {
        Self::new(Variables::process())
    }

    /// Uses this clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sends requests through this instead of its own HTTP connections.
    pub fn exchange(mut self, exchange: Arc<dyn Exchange>) -> Self {
        self.exchange = Some(exchange);
        self
    }

    /// Uses this STS endpoint for every region.
    pub fn sts_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.sts_endpoint = Some(endpoint);
        self
    }

    /// Uses this address of the metadata service.
    pub fn metadata_endpoint(mut self, endpoint: Endpoint) -> Self {
        self.metadata_endpoint = Some(endpoint);
        self
    }

    /// How long one step of a source may take. Unless set, 10 seconds for a request, 1 second for the metadata service, 60 seconds for
    /// a program.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Uses the connections of a client, unless others are set.
    pub(crate) fn or_exchange(mut self, exchange: &Arc<dyn Exchange>) -> Self {
        self.exchange.get_or_insert_with(|| Arc::clone(exchange));
        self
    }

    /// The same environment with connections that its copies share.
    pub(super) fn connected(self) -> Self {
        let exchange = self.sender();
        self.or_exchange(&exchange)
    }

    pub(super) fn sender(&self) -> Arc<dyn Exchange> {
        self.exchange.clone().unwrap_or_else(|| Arc::new(Http::new()))
    }

    pub(super) fn limit(&self, own: Duration) -> Duration {
        self.timeout.unwrap_or(own)
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        self.variables.check()
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.variable(name)
    }
}

impl Default for Environment {
    fn default() -> Self {
        Self::load()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Environment").field("variables", &self.variables).finish_non_exhaustive()
    }
}

/// A clock.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The clock of the system.
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// Your own clock.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present time.
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
