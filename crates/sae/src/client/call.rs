//! A call with its own options.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use sae_transport::client::{RetryEvent, RetryPolicy, Timeouts};
use sae_transport::{Error, Operation, Reply};

use super::Client;
use super::options::CallOptions;

/// A call that is sent when it is awaited. Its [options](CallOptions) hold for this call only;
/// [`Client::with_options`] sets them for everything else.
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
    options: CallOptions,
}

impl Client {
    /// A call that takes options before it is awaited: see [`Call`].
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call::new(self.clone(), request)
    }
}

impl<O: Operation> Call<O> {
    fn new(client: Client, request: O) -> Self {
        Self { client, request, options: CallOptions::new() }
    }

    /// Options that were made beforehand, in place of all that were set here.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// How long the call and each attempt may take: see [`CallOptions::timeouts`].
    pub fn timeouts(self, timeouts: Timeouts) -> Self {
        self.with(|options| options.timeouts(timeouts))
    }

    /// How long the call may take: see [`CallOptions::timeout`].
    pub fn timeout(self, timeout: Duration) -> Self {
        self.with(|options| options.timeout(timeout))
    }

    /// How long one attempt may take.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        self.with(|options| options.attempt_timeout(timeout))
    }

    /// How failed attempts are repeated: see [`CallOptions::retry`].
    pub fn retry(self, policy: RetryPolicy) -> Self {
        self.with(|options| options.retry(policy))
    }

    /// Maximum number of attempts. With one, nothing is repeated.
    pub fn max_attempts(self, attempts: u32) -> Self {
        self.with(|options| options.max_attempts(attempts))
    }

    /// How long the call is sent again while the service refuses it because another change runs: see
    /// [`CallOptions::wait_while_busy`].
    pub fn wait_while_busy(self, limit: Duration) -> Self {
        self.with(|options| options.wait_while_busy(limit))
    }

    /// Calls this function before each wait for another attempt: see [`CallOptions::on_retry`].
    pub fn on_retry(self, function: impl Fn(&RetryEvent<'_>) + Send + Sync + 'static) -> Self {
        self.with(|options| options.on_retry(function))
    }

    /// How many bytes of memory the decoded answer may take: see [`CallOptions::answer_memory`].
    pub fn answer_memory(self, bytes: usize) -> Self {
        self.with(|options| options.answer_memory(bytes))
    }

    /// The endpoint: see [`CallOptions::endpoint`].
    pub fn endpoint(self, endpoint: impl Into<String>) -> Self {
        self.with(|options| options.endpoint(endpoint))
    }

    /// The region to call: see [`CallOptions::region`].
    pub fn region(self, region: impl Into<String>) -> Self {
        self.with(|options| options.region(region))
    }

    fn with(mut self, set: impl FnOnce(CallOptions) -> CallOptions) -> Self {
        self.options = set(self.options);
        self
    }

    /// Sends it, as awaiting does, for a borrowed request.
    pub fn send(self) -> impl Future<Output = Result<Reply<O::Output>, Error>> + Send {
        Box::pin(self.run())
    }

    async fn run(self) -> Result<Reply<O::Output>, Error> {
        self.client.with_options(self.options).send_ref(&self.request).await
    }
}

impl<O: Operation + 'static> IntoFuture for Call<O> {
    type Output = Result<Reply<O::Output>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Without the request, whose values may be secret, and without an endpoint that hasn't been checked.
impl<O: Operation> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("operation", &O::DESCRIPTION.name).finish_non_exhaustive()
    }
}
