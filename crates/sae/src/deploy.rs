//! Deploys exactly once.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sae_models::sae::DeployApplication;

pub use self::event::DeployEvent;
pub use self::lookup::{Deployment, Lookup, look_up};
pub use self::token::Token;
use crate::client::Client;

mod event;
mod lookup;
mod submission;
mod token;
mod turn;

/// A deployment that happens exactly once, although the service has no idempotency token. It is sent when it is awaited.
///
/// A token is appended to the description of the change order: `… [sae:TOKEN]`. A request without a description gets the image or
/// package as its description, like the service does. Each look-up of the token reads all change orders of the application, on all
/// pages.
///
/// # One token, one change order
///
/// A deployment with your own token is looked up right before each time that it is sent, and again whenever the service refuses it
/// because another change is running. A change order with the token is adopted: you follow it as if you had started it. This also holds
/// for several callers at the same moment, in one process or in many, with and without [`Deploy::wait_while_busy`].
///
/// If the service throttles or there is no connection, the deployment is looked up and sent again, as often and after such waits as the
/// client's [`RetryPolicy`](crate::RetryPolicy) says; that takes nothing from its budget.
///
/// The latest change order with the token counts. A failed one is adopted, too, and waiting for it returns its failure;
/// [`Deploy::retry_failed`] submits the deployment anew. If the token belongs to a deployment of another image or package, the call
/// fails with [`ErrorKind::Request`](crate::ErrorKind::Request). User, password and query of the URL of a package aren't compared: they
/// aren't written into the description, because they may grant access to anybody who reads it.
///
/// # A lost answer
///
/// If a call ends and it is unknown whether it was accepted, the change orders are searched for the token:
///
/// - If one is found, it is adopted, and nothing is sent again.
/// - If every look-up during the [settle time](Deploy::settle) finds none, and no other active change order either, the call can't have
///   been accepted. It is sent again, at most three times in total.
/// - Otherwise it is looked up until [the time](Deploy::timeout) is over; then the call fails with
///   [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
///
/// # The remaining window
///
/// The service has no compare-and-set, so two callers in different processes can both find nothing and then both send. The service runs
/// one change order of an application at a time and refuses the second one, whose caller then finds the first. Both are accepted only
/// if the first one is **over** when the second one arrives: a whole rollout has to fit between the answer to the second caller's
/// look-up and the arrival of its deployment. That is one round trip, since nothing else happens between the two: no back-off, no busy
/// wait, no other call. A real rollout takes longer, unless the network delays the request for as long as an attempt may take. Callers
/// in one process take turns, so there is no window between them. A second accepted deployment is reported as
/// [`DeployEvent::Duplicate`]; both deploy the same, so neither is aborted.
///
/// # Example
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
/// # let client = sae::Client::builder()
/// #     .credentials(sae::Credentials::new("local", "local-secret"))
/// #     .endpoint(server.endpoint())
/// #     .build()?;
/// use sae::model::{CreateApplication, CreateNamespace, DeployApplication, PackageType};
///
/// client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
/// let create = CreateApplication::new("shop", PackageType::Image, 1)
///     .namespace_id("cn-hangzhou:shop")
///     .image_url("repo/shop:1")
///     .cpu(1000)
///     .memory(2048);
/// let created = client.submit(create).await?;
/// created.wait().await?.success()?;
/// let app = created.app_id().ok_or("no AppId")?;
///
/// let deploy = DeployApplication::new(app).image_url("repo/shop:2");
/// let order = client.deploy(deploy.clone()).token("build-42").await?;
/// let again = client.deploy(deploy).token("build-42").await?;
/// assert_eq!(order.id(), again.id(), "the same token is the same deployment");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Deploy {
    client: Client,
    request: DeployApplication,
    token: Option<String>,
    is_fresh: bool,
    retry_failed: bool,
    settle: Duration,
    timeout: Duration,
    every: Duration,
    wait_while_busy: Option<Duration>,
    observer: Option<Observer>,
}

type Observer = Arc<dyn Fn(&DeployEvent<'_>) + Send + Sync>;

impl Client {
    /// Deploys an application exactly once, although the service has no idempotency token: see [`Deploy`].
    pub fn deploy(&self, request: DeployApplication) -> Deploy {
        Deploy::new(self.clone(), request)
    }
}

impl Deploy {
    fn new(client: Client, request: DeployApplication) -> Self {
        Self {
            client,
            request,
            token: None,
            is_fresh: false,
            retry_failed: false,
            settle: SETTLE,
            timeout: TIMEOUT,
            every: EVERY,
            wait_while_busy: None,
            observer: None,
        }
    }

    /// Sets the token, so that a restarted program can continue, and several programs can ask for the same deployment: if a deployment
    /// with the token exists, it is adopted and nothing is sent. A [`Token`] has up to 64 letters, digits, dots, hyphens and
    /// underscores. A random one unless set.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// States that no deployment has the token yet and that nobody else uses it, which saves the look-up before it is sent.
    pub fn fresh(mut self) -> Self {
        self.is_fresh = true;
        self
    }

    /// Submits the deployment anew, with the same token, if the latest one with the token failed, was aborted, or was rolled back. A
    /// running or successful one is adopted as usual.
    ///
    /// If several callers do this at the same moment, one submits, and the others adopt its deployment, whatever its outcome.
    pub fn retry_failed(mut self) -> Self {
        self.retry_failed = true;
        self
    }

    /// How long look-ups must find nothing before a deployment counts as not accepted. 30 seconds unless set, which is the time limit
    /// of an attempt: by then a request has arrived or never will.
    pub fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// How long to search for the token if the outcome of the call is unknown. Five minutes unless set.
    ///
    /// It limits neither the whole deployment nor the wait for its change order: for those there are `tokio::time::timeout` around the
    /// deployment, after which its outcome is unknown, and [`Wait::timeout`](crate::change_order::Wait::timeout).
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Interval between look-ups. One second unless set.
    pub fn poll(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// How long the call is repeated while the service refuses it because another change is running. Unless set, the time of
    /// [`Builder::wait_while_busy`](crate::Builder::wait_while_busy).
    pub fn wait_while_busy(mut self, limit: Duration) -> Self {
        self.wait_while_busy = Some(limit);
        self
    }

    /// Calls this function before each wait, when a deployment is adopted, and for a duplicate: see [`DeployEvent`].
    /// [`Builder::on_retry`](crate::Builder::on_retry) is told of each [`DeployEvent::Refused`], too, and of no other event.
    pub fn on_event(mut self, observer: impl Fn(&DeployEvent<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    fn tell(&self, event: DeployEvent<'_>) {
        if let Some(observer) = &self.observer {
            observer(&event);
        }
    }
}

impl fmt::Debug for Deploy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deploy")
            .field("request", &self.request)
            .field("token", &self.token)
            .field("is_fresh", &self.is_fresh)
            .field("retry_failed", &self.retry_failed)
            .finish_non_exhaustive()
    }
}

const SETTLE: Duration = Duration::from_secs(30);
const TIMEOUT: Duration = Duration::from_secs(5 * 60);
const EVERY: Duration = Duration::from_secs(1);
