//! A call with its own options.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use sae_transport::client::{OnRetry, RetryEvent, RetryPolicy, check_region};
use sae_transport::{Error, Operation, Reply};

use super::Client;
use super::options::Options;

/// A call that is sent when it is awaited. Its options hold for this call only.
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
/// use sae::model::DescribeRegions;
///
/// let reply = client.call(DescribeRegions::new()).timeout(Duration::from_secs(5)).max_attempts(1).await?;
/// assert!(!reply.regions.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Call<O> {
    client: Client,
    request: O,
    options: Options,
}

impl Client {
    /// A call that takes options before it is awaited: see [`Call`].
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call::new(self.clone(), request)
    }
}

impl<O: Operation> Call<O> {
    fn new(client: Client, request: O) -> Self {
        Self { client, request, options: Options::default() }
    }

    /// How long the call may take, including waits and repetitions.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = Some(timeout);
        self
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = Some(timeout);
        self
    }

    /// How failed attempts of this call are repeated: see [`Builder::retry`](crate::Builder::retry). All calls of the client share one
    /// budget; `budget` of this policy says how far this call may use it up.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Maximum number of attempts. With one, nothing is repeated.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.options.attempts = Some(attempts);
        self
    }

    /// How long the call is sent again while the service refuses it because another change runs: see
    /// [`Builder::wait_while_busy`](crate::Builder::wait_while_busy).
    pub fn wait_while_busy(mut self, limit: Duration) -> Self {
        self.options.wait_while_busy = Some(limit);
        self
    }

    /// Calls this function before each wait for another attempt, in place of that of the client: see
    /// [`Builder::on_retry`](crate::Builder::on_retry).
    pub fn on_retry(mut self, function: impl Fn(&RetryEvent<'_>) + Send + Sync + 'static) -> Self {
        self.options.on_retry = Some(OnRetry::new(function));
        self
    }

    /// How many bytes of memory the decoded answer may take: see [`Builder::answer_memory`](crate::Builder::answer_memory).
    pub fn answer_memory(mut self, bytes: usize) -> Self {
        self.options.answer_memory = Some(bytes);
        self
    }

    /// The endpoint, as in [`Builder::endpoint`](crate::Builder::endpoint). The call fails if it is malformed.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.options.endpoint = Some(endpoint.into());
        self
    }

    /// The region to call. It decides the endpoint, unless one is set here or for the client. The call fails if it is malformed.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.options.region = Some(region.into());
        self
    }

    /// Sends it, as awaiting does, for a borrowed request.
    pub async fn send(self) -> Result<Reply<O::Output>, Error> {
        if let Some(region) = &self.options.region {
            check_region(region)?;
        }
        self.client.send_with(&self.request, &self.options).await
    }
}

impl<O: Operation + 'static> IntoFuture for Call<O> {
    type Output = Result<Reply<O::Output>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Without the request, whose values may be secret, and without an endpoint that hasn't been checked.
impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &O::DESCRIPTION.name).finish_non_exhaustive()
    }
}
