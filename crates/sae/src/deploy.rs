//! Deployments that happen once.

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

/// A deployment that happens exactly once, though the service has no idempotency token. Sent when it is awaited.
///
/// A token is written behind the description of the change order: `… [sae:TOKEN]`; a request without a description gets the image or
/// package as one, as the service would describe it. Every look for the token reads the change orders of the application, on all pages.
///
/// # One token, one change order
///
/// A deployment with a token of the caller's is looked up right before each time that it is sent, and again whenever the service refuses
/// it because another change runs: the change order that is found is adopted, and the caller follows it like the one who started it. This
/// also holds for several callers at the same moment, in one process or in many, with and without [`Deploy::wait_while_busy`].
///
/// The latest change order with the token counts. If it has failed, it is adopted all the same, and its end is the answer;
/// [`Deploy::retry_failed`] submits the deployment anew. A token that a deployment of another image or package has is refused as
/// [`ErrorKind::Request`](crate::ErrorKind::Request). Of the address of a package neither user and password nor query go into the
/// description, since they may let in whoever reads it; so they aren't compared.
///
/// # An answer that is lost
///
/// When a call ends without telling whether it was accepted, the change orders are searched for the token:
///
/// - one is found: it is adopted, and nothing is sent again;
/// - none is found, and no other change order is active, in every look during the [settle time](Deploy::settle): the call can't have been
///   accepted, and is sent again, up to three times in all;
/// - anything else: the look is repeated until [the time](Deploy::timeout) is over; then the error is
///   [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
///
/// # The window that is left
///
/// The service can't compare and set, so two callers in different processes can both find nothing and then both send. The service accepts
/// one change order of an application at a time and refuses the second, which then finds the first. Both are accepted only if the first
/// one is **over** when the second one arrives: if a whole rollout fits between the service's answer to the second caller's look and the
/// arrival of its deployment. That is one round trip, since nothing waits between the two: no back-off, no busy wait, no other call. A
/// real rollout takes longer, unless the network holds the request back for as long as an attempt may take. Callers in one process take
/// turns, so between them there is no window. A deployment that has met with another one is told of as [`DeployEvent::Duplicate`]; both
/// deploy the same, so neither is aborted.
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
    /// Deploys an application exactly once, though the service has no idempotency token: see [`Deploy`].
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

    /// Names the deployment, so that a program that was ended can go on, and several programs can ask for the same one: a deployment with
    /// a token that exists is adopted instead of sent. A [`Token`] has up to 64 letters, digits, dots, hyphens and underscores; a random
    /// one unless set.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Says that no deployment has the token yet and that nobody else uses it, so that none is looked for before this one is sent.
    pub fn fresh(mut self) -> Self {
        self.is_fresh = true;
        self
    }

    /// Submits the deployment anew, under the same token, if the latest one with the token is over without success: it failed, was
    /// aborted, or was rolled back. One that is still running, or that succeeded, is adopted as ever.
    ///
    /// Of several callers that do this at the same moment one submits, and the others adopt what it has submitted, however that ends.
    pub fn retry_failed(mut self) -> Self {
        self.retry_failed = true;
        self
    }

    /// How long there must be no sign of a deployment before it counts as not accepted. 30 seconds unless set, the time that an
    /// attempt may take: a request that was sent has arrived by then, or never will.
    pub fn settle(mut self, settle: Duration) -> Self {
        self.settle = settle;
        self
    }

    /// How long an unknown outcome is looked into. Five minutes unless set.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How soon to look again at the change orders. One second unless set.
    pub fn poll(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// How long the call is sent again while the service refuses it because another change runs. Unless set, as long as
    /// [`Builder::wait_while_busy`](crate::Builder::wait_while_busy) says.
    pub fn wait_while_busy(mut self, limit: Duration) -> Self {
        self.wait_while_busy = Some(limit);
        self
    }

    /// Tells of each wait before it begins, of what is adopted, and of a duplicate: see [`DeployEvent`]. Waits of a deployment are told
    /// here, and not to [`Builder::on_retry`](crate::Builder::on_retry).
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
const TIMEOUT: Duration = Duration::from_mins(5);
const EVERY: Duration = Duration::from_secs(1);
