//! Looks up deployments by their token.

use sae_models::sae::{
    ChangeOrderStatus, ChangeOrderSummary, ChangeOrderType, DescribeApplicationConfig, ListChangeOrders,
};
use sae_transport::{Error, ErrorKind};

use super::Token;
use crate::change_order::{ChangeOrder, Outcome, StatusText};
use crate::client::{Client, Items};

/// A deployment that was found by its token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Deployment {
    /// Its change order.
    pub order: ChangeOrder,
    /// Its description, without the token.
    pub description: String,
    /// Its status when it was looked up.
    pub status: Option<ChangeOrderStatus>,
    /// Whether it created the application, whose own description has the token.
    pub is_creation: bool,
}

impl Deployment {
    /// Whether it failed, was aborted, or was rolled back.
    pub fn has_failed(&self) -> bool {
        let outcome = Outcome::of(self.status.as_ref());
        outcome.is_some_and(|outcome| outcome.is_final() && outcome != Outcome::Succeeded)
    }
}

/// The result of a look-up.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Lookup {
    /// The latest deployment with the token.
    pub latest: Option<Deployment>,
    /// Whether another change order was active when the list was read. Only change orders after the deployment that was found are
    /// considered.
    pub is_busy: bool,
}

/// Looks up the latest deployment of an application with this token; without a token, the latest one that has any.
///
/// Reads all change orders, newest first, until one has the token. If none has it, the description of the application is read, which
/// has the token if the application was created with it.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
/// # let client = sae::Client::builder()
/// #     .credentials(sae::Credentials::new("local", "local-secret"))
/// #     .endpoint(server.endpoint())
/// #     .build()?;
/// # use sae::model::{CreateApplication, CreateNamespace, DeployApplication, PackageType};
/// # client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
/// # let create = CreateApplication::new("shop", PackageType::Image, 1)
/// #     .namespace_id("cn-hangzhou:shop").image_url("repo/shop:1").cpu(1000).memory(2048);
/// # let created = client.submit(create).await?;
/// # created.wait().await?.success()?;
/// # let app = created.app_id().ok_or("no AppId")?;
/// use sae::deploy::{Token, look_up};
///
/// let order = client.deploy(DeployApplication::new(app).image_url("repo/shop:2")).token("build-42").await?;
/// let found = look_up(&client, app, Some(&Token::new("build-42")?)).await?.latest.ok_or("not found")?;
/// assert_eq!(found.order.id(), order.id());
/// assert_eq!(found.description, "image: repo/shop:2");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn look_up(client: &Client, app_id: &str, token: Option<&Token>) -> Result<Lookup, Error> {
    let (mut lookup, oldest) = read(client, app_id, token).await?;
    let is_creation = |it: &ChangeOrderSummary| it.co_type_code == Some(ChangeOrderType::CreateApp);
    if let Some(created) = oldest.filter(is_creation) {
        let config = client.send(DescribeApplicationConfig::new(app_id)).await?.into_data()?;
        if config.app_description.is_some_and(|text| has(token, &text)) {
            lookup.latest = Some(Deployment { is_creation: true, ..found(client, app_id, created)? });
        }
    }
    Ok(lookup)
}

/// Looks for a token only in the change orders. If none has it, the second value is the first change order of the application.
///
/// The search of the service isn't used, because what it compares isn't documented.
pub(super) async fn read(
    client: &Client,
    app_id: &str,
    token: Option<&Token>,
) -> Result<(Lookup, Option<ChangeOrderSummary>), Error> {
    let mut search = Search::new(client, app_id, token);
    let mut lookup = Lookup::default();
    let mut oldest = None;
    while let Some(order) = search.next().await {
        let (order, has_token) = order?;
        if has_token {
            lookup.latest = Some(found(client, app_id, order)?);
            return Ok((lookup, None));
        }
        lookup.is_busy |= !StatusText(order.status.as_ref()).is_over();
        oldest = Some(order);
    }
    Ok((lookup, oldest))
}

/// A change order other than `ours` that has the token, and is newer than `former` if that is given.
pub(super) async fn another(
    client: &Client,
    app_id: &str,
    token: &Token,
    ours: &str,
    former: Option<&str>,
) -> Result<Option<String>, Error> {
    let mut search = Search::new(client, app_id, Some(token));
    while let Some(order) = search.next().await {
        let (order, has_token) = order?;
        let id = order.change_order_id.as_deref();
        if id.is_some() && id == former {
            return Ok(None);
        }
        if id != Some(ours) && has_token {
            return Ok(order.change_order_id);
        }
    }
    Ok(None)
}

/// The change orders of an application, newest first, each with whether it has the token.
struct Search<'a> {
    orders: Items<ListChangeOrders>,
    token: Option<&'a Token>,
}

impl<'a> Search<'a> {
    fn new(client: &Client, app_id: &str, token: Option<&'a Token>) -> Self {
        Self { orders: client.items(ListChangeOrders::new(app_id).reverse(false).page_size(PAGE)), token }
    }

    async fn next(&mut self) -> Option<Result<(ChangeOrderSummary, bool), Error>> {
        let order = self.orders.next().await?;
        Some(order.map(|order| {
            let has_token = order.description.as_deref().is_some_and(|text| has(self.token, text));
            (order, has_token)
        }))
    }
}

fn has(token: Option<&Token>, description: &str) -> bool {
    match token {
        Some(token) => token.marks(description),
        None => Token::split(description).1.is_some(),
    }
}

fn found(client: &Client, app_id: &str, order: ChangeOrderSummary) -> Result<Deployment, Error> {
    let id = order.change_order_id.filter(|id| !id.is_empty()).ok_or_else(|| {
        Error::new(ErrorKind::Decode, "the change order with the token has no identifier")
            .with_operation("ListChangeOrders")
    })?;
    let description = order.description.unwrap_or_default();
    Ok(Deployment {
        order: ChangeOrder::new(client.clone(), id, Some(app_id.to_owned())),
        description: Token::split(&description).0.to_owned(),
        status: order.status,
        is_creation: false,
    })
}

/// Change orders per page.
const PAGE: i64 = 50;
