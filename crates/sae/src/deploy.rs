//! Deployments that happen once.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::pin::Pin;
use std::time::Duration;

use sae_models::sae::{ChangeOrderSummary, DeployApplication, ListChangeOrders};
use sae_transport::text::{redact_url, redact_urls};
use sae_transport::{Error, ErrorKind, Retry};
use tokio::time::Instant;

use crate::Client;
use crate::call::Options;
use crate::change_order::{ChangeOrder, Standing};

/// A deployment that happens exactly once, though the service has no idempotency token. Sent when it is awaited.
///
/// A token is written behind the description of the change order: `… [sae:TOKEN]`; a request without a description gets the image or
/// package as one, as the service would describe it. When a call ends without telling whether it was
/// accepted, the change orders of the application are searched for the token, on all pages:
///
/// - one is found: it is adopted, and nothing is sent again;
/// - none is found, and no other change order is active, in every look during the settle time: the call can't have been accepted, and
///   is sent again, up to three times in all;
/// - anything else: the look is repeated until the time is over; then the error is [`ErrorKind::OutcomeUnknown`].
///
/// A token that an earlier deployment of another image or package has is refused as [`ErrorKind::Request`]. Of the address of a package
/// neither user and password nor query go into the description, since they may let in whoever reads it; so they aren't compared.
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
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before it is awaited"]
pub struct Deploy {
    client: Client,
    request: DeployApplication,
    token: Option<String>,
    is_fresh: bool,
    settle: Duration,
    timeout: Duration,
    every: Duration,
    options: Options,
}

impl Deploy {
    pub(crate) fn new(client: Client, request: DeployApplication) -> Self {
        Self {
            client,
            request,
            token: None,
            is_fresh: false,
            settle: SETTLE,
            timeout: TIMEOUT,
            every: EVERY,
            options: Options::default(),
        }
    }

    /// Names the deployment, so that a program that was ended can go on: a deployment with a token that exists is adopted instead of
    /// sent. Up to 64 letters, digits, dots, hyphens and underscores; a random one unless set.
    ///
    /// This guards runs that follow each other. Of two that begin at the same moment neither finds the other's change order, and only
    /// the service's rule of one active change order at a time stands between them.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Says that no deployment has the token yet, so that none is looked for before this one is sent.
    pub fn fresh(mut self) -> Self {
        self.is_fresh = true;
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

    /// How long the call is sent again while the service refuses it because another change runs.
    pub fn wait_while_busy(mut self, limit: Duration) -> Self {
        self.options.wait_while_busy = Some(limit);
        self
    }

    async fn run(mut self) -> Result<ChangeOrder, Error> {
        let is_given = self.token.is_some() && !self.is_fresh;
        let token = self.token.take().unwrap_or_else(random_token);
        check(&token)?;
        let mark = format!("[sae:{token}]");
        let said = self.request.change_order_desc.take().filter(|text| !text.is_empty());
        let source = source(&self.request);
        let said = said.or_else(|| source.clone());
        self.request.change_order_desc = Some(match said {
            Some(text) => format!("{text} {mark}"),
            None => mark.clone(),
        });
        if is_given && let Some(order) = self.look(&mark).await?.ours {
            refuse_another(&order, source.as_deref(), &token)?;
            return self.adopt(order);
        }
        let mut sent = 0;
        loop {
            let reply = self.client.send_with(&self.request, &self.options).await;
            sent += 1;
            let error = match reply {
                Ok(reply) => match ChangeOrder::started(self.client.clone(), &self.request, reply) {
                    Ok(order) => return Ok(order),
                    // Accepted, but it doesn't say as what.
                    Err(error) => error,
                },
                // A refusal is one, unless an earlier attempt is what it was refused for.
                Err(error) if !error.is_outcome_unknown() && sent == 1 => return Err(error),
                Err(error) => error,
            };
            match self.search(&mark).await {
                Search::Found(order) => return self.adopt(*order),
                Search::Absent if error.is_outcome_unknown() && sent < SENDS => {}
                Search::Absent | Search::Unclear => return Err(error),
            }
        }
    }

    /// Searches until there is certainty, or the time is over.
    async fn search(&self, mark: &str) -> Search {
        let deadline = later(self.timeout);
        let mut settled = later(self.settle);
        loop {
            match self.look(mark).await {
                Ok(Look { ours: Some(order), .. }) => return Search::Found(Box::new(order)),
                Ok(Look { ours: None, is_busy: false }) if Instant::now() >= settled => {
                    return Search::Absent;
                }
                Ok(Look { ours: None, is_busy: false }) => {}
                // Nothing can be said before the other change order is over.
                Ok(Look { ours: None, is_busy: true }) => settled = later(self.settle),
                Err(error) if matches!(error.retry(), Retry::Transient | Retry::Throttled) => {
                    settled = later(self.settle);
                }
                Err(_) => return Search::Unclear,
            }
            if Instant::now() >= deadline {
                return Search::Unclear;
            }
            tokio::time::sleep(self.every.min(deadline.saturating_duration_since(Instant::now()))).await;
        }
    }

    /// One look at all change orders of the application. The service's own search is not relied on: what it compares is not documented.
    async fn look(&self, mark: &str) -> Result<Look, Error> {
        let mut look = Look::default();
        let mut orders = self.client.items(ListChangeOrders::new(&self.request.app_id).page_size(PAGE));
        while let Some(order) = orders.next().await {
            let order = order?;
            if order.description.as_deref().is_some_and(|text| text.contains(mark)) {
                look.ours = Some(order);
                return Ok(look);
            }
            look.is_busy |= !Standing(order.status.as_ref()).is_over();
        }
        Ok(look)
    }

    fn adopt(&self, order: ChangeOrderSummary) -> Result<ChangeOrder, Error> {
        let id = order.change_order_id.filter(|id| !id.is_empty()).ok_or_else(|| {
            Error::new(ErrorKind::Decode, "the change order with the token has no identifier")
                .with_operation("ListChangeOrders")
        })?;
        Ok(ChangeOrder::new(self.client.clone(), id, Some(self.request.app_id.clone())))
    }
}

impl IntoFuture for Deploy {
    type Output = Result<ChangeOrder, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// What a look at the change orders shows.
#[derive(Debug, Default)]
struct Look {
    ours: Option<ChangeOrderSummary>,
    /// Whether another one is active.
    is_busy: bool,
}

/// What all looks together show.
#[derive(Debug)]
enum Search {
    Found(Box<ChangeOrderSummary>),
    /// There is none, and there will be none.
    Absent,
    /// There may be one.
    Unclear,
}

fn check(token: &str) -> Result<(), Error> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if (1..=64).contains(&token.len()) && token.bytes().all(fits) {
        return Ok(());
    }
    let message =
        format!("{token:?} is no token: expected 1 to 64 letters, digits, dots, hyphens and underscores");
    Err(Error::new(ErrorKind::Request, message))
}

fn later(wait: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(wait).unwrap_or_else(|| now + Duration::from_hours(24 * 365))
}

/// What is deployed, in words: a description is read by more people than may read a package.
fn source(request: &DeployApplication) -> Option<String> {
    let image = request.image_url.as_ref().map(|url| format!("image: {url}"));
    image.or_else(|| request.package_url.as_ref().map(|url| format!("package: {}", redact_url(url))))
}

/// The same token is the same deployment: another image or package with it is a mistake, and would not be deployed.
fn refuse_another(order: &ChangeOrderSummary, source: Option<&str>, token: &str) -> Result<(), Error> {
    let theirs = order.description.as_deref().and_then(|text| text.strip_suffix(&format!(" [sae:{token}]")));
    let is_source = |text: &&str| text.starts_with("image: ") || text.starts_with("package: ");
    let theirs = theirs.filter(is_source).map(redact_urls);
    match (theirs.as_deref(), source) {
        (Some(theirs), Some(ours)) if theirs != ours => {
            let id = order.change_order_id.as_deref().unwrap_or_default();
            let message = format!(
                "the token {token} belongs to change order {id}, which deployed another {theirs}; this deployment needs a token of its own"
            );
            Err(Error::new(ErrorKind::Request, message))
        }
        _ => Ok(()),
    }
}

/// A token that no other deployment has: the keys of the hasher are random ones of the operating system.
fn random_token() -> String {
    format!("{:016x}", RandomState::new().build_hasher().finish())
}

const SETTLE: Duration = Duration::from_secs(30);
const TIMEOUT: Duration = Duration::from_mins(5);
const EVERY: Duration = Duration::from_secs(1);
/// How often a deployment is sent, each time in the certainty that the one before wasn't accepted.
const SENDS: u32 = 3;
/// Change orders on a page.
const PAGE: i64 = 50;
