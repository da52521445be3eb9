//! The options of calls.

use std::fmt;
use std::time::Duration;

use sae_transport::client::{OnRetry, RetryEvent, RetryPolicy, Settings, Timeouts};

/// Options of calls, on top of the settings of a client: what isn't set here stays as the client has it.
///
/// [`Client::with_options`](crate::Client::with_options) applies them to everything that is made with the client it returns: calls,
/// lists, deployments, change orders and names that are looked up. [`Call`](crate::Call) has the same setters for a single call.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
/// # let client = sae::Client::builder()
/// #     .credentials(sae::Credentials::new("local", "local-secret"))
/// #     .endpoint(server.endpoint())
/// #     .build()?;
/// use std::time::Duration;
///
/// use sae::CallOptions;
/// use sae::model::ListApplications;
///
/// let quick = client.with_options(CallOptions::new().timeout(Duration::from_secs(5)).max_attempts(1));
/// let applications = quick.items(ListApplications::new()).all().await?;
/// println!("{} applications", applications.len());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "options do nothing by themselves: give them to Client::with_options"]
pub struct CallOptions {
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
    max_attempts: Option<u32>,
    wait_while_busy: Option<Duration>,
    answer_memory: Option<usize>,
    on_retry: Option<OnRetry>,
    endpoint: Option<String>,
    region: Option<String>,
}

impl CallOptions {
    /// Options that change nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long a call and each attempt may take: see [`Timeouts`].
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        (self.timeout, self.attempt_timeout) = (Some(timeouts.call), Some(timeouts.attempt));
        self
    }

    /// How long a call may take, including waits and repetitions.
    ///
    /// This is the time of one call to the service: each page of a list, each look at a change order has as much. How long a deployment
    /// is searched for or a change order waited for is set there: [`Deploy::timeout`](crate::Deploy::timeout),
    /// [`Wait::timeout`](crate::change_order::Wait::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// How failed attempts are repeated: see [`Builder::retry`](crate::Builder::retry). All calls of a client share one budget; `budget`
    /// of this policy says how far these calls may use it up.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Maximum number of attempts. With one, nothing is repeated. Changes only this setting of [`CallOptions::retry`].
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// How long a call is sent again while the service refuses it because another change runs: see
    /// [`Builder::wait_while_busy`](crate::Builder::wait_while_busy).
    pub fn wait_while_busy(mut self, limit: Duration) -> Self {
        self.wait_while_busy = Some(limit);
        self
    }

    /// Calls this function before each wait for another attempt, in place of that of the client: see
    /// [`Builder::on_retry`](crate::Builder::on_retry).
    pub fn on_retry(mut self, function: impl Fn(&RetryEvent<'_>) + Send + Sync + 'static) -> Self {
        self.on_retry = Some(OnRetry::new(function));
        self
    }

    /// How many bytes of memory a decoded answer may take: see [`Builder::answer_memory`](crate::Builder::answer_memory).
    pub fn answer_memory(mut self, bytes: usize) -> Self {
        self.answer_memory = Some(bytes);
        self
    }

    /// The endpoint, as in [`Builder::endpoint`](crate::Builder::endpoint). A call fails with
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if it is malformed.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The region to call. It decides the endpoint, unless one is set here or for the client. A call fails with
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if it is malformed.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Endpoint and region, which say where calls go.
    pub(super) fn place(&self) -> (Option<&str>, Option<&str>) {
        (self.endpoint.as_deref(), self.region.as_deref())
    }

    /// These settings with the options on top.
    pub(super) fn over(self, common: &Settings) -> Settings {
        let mut settings = common.clone();
        settings.timeouts.call = self.timeout.unwrap_or(settings.timeouts.call);
        settings.timeouts.attempt = self.attempt_timeout.unwrap_or(settings.timeouts.attempt);
        settings.retry = self.retry.unwrap_or(settings.retry);
        settings.retry.max_attempts = self.max_attempts.unwrap_or(settings.retry.max_attempts);
        settings.wait_while_busy = self.wait_while_busy.or(settings.wait_while_busy);
        settings.answer_memory = self.answer_memory.or(settings.answer_memory);
        settings.on_retry = self.on_retry.or(settings.on_retry);
        settings.region = self.region.or(settings.region);
        settings
    }
}

/// Without the endpoint and the region, which haven't been checked.
impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallOptions")
            .field("timeout", &self.timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("retry", &self.retry)
            .field("max_attempts", &self.max_attempts)
            .field("wait_while_busy", &self.wait_while_busy)
            .finish_non_exhaustive()
    }
}
