//! Change orders: follow them, confirm their batches, abort them, roll them back.
//!
//! Every change of a running application (a deployment, a restart, more instances) is a change order. It works through its batches by
//! itself, or waits for a confirmation after each one.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
//! # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
//! # let client = sae::Client::builder()
//! #     .credentials(sae::Credentials::new("local", "local-secret"))
//! #     .endpoint(server.endpoint())
//! #     .build()?;
//! use sae::change_order::Outcome;
//! use sae::model::{CreateApplication, CreateNamespace, PackageType};
//!
//! client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
//! let create = CreateApplication::new("shop", PackageType::Image, 2)
//!     .namespace_id("cn-hangzhou:shop")
//!     .image_url("repo/shop:1")
//!     .cpu(1000)
//!     .memory(2048);
//! let order = client.submit(create).await?;
//! let finished = order.wait().await?;
//! assert_eq!(finished.outcome, Outcome::Succeeded);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use sae_models::sae::{
    self, AbortAndRollbackChangeOrder, AbortChangeOrder, ConfirmPipelineBatch, DescribeChangeOrder,
};
use sae_transport::slots::text_at;
use sae_transport::{Error, ErrorKind, HasChangeOrder, Operation, Reply};

pub use self::diagnosis::{Diagnosis, FailingInstance};
pub use self::finished::Finished;
pub use self::follow::Follow;
pub use self::outcome::{Outcome, StatusText};
pub use self::progress::Progress;
pub use self::snapshot::Snapshot;
pub use self::wait::Wait;
use crate::client::{CallOptions, Client};

mod details;
mod diagnosis;
mod finished;
mod follow;
mod outcome;
mod patience;
mod poll;
mod progress;
mod rollback;
mod scope;
mod snapshot;
mod wait;

impl Client {
    /// A change order by its identifier. Nothing is sent yet.
    pub fn change_order(&self, id: impl Into<String>) -> ChangeOrder {
        ChangeOrder::new(self.clone(), id.into(), None)
    }

    /// Sends an operation that starts a change order, and returns it.
    ///
    /// Fails like [`Client::send`], and with [`ErrorKind::Decode`] if the answer names no change order; [`Error::answer`] has the
    /// answer.
    pub fn submit<O>(&self, request: O) -> impl Future<Output = Result<ChangeOrder, Error>> + Send
    where
        O: Operation,
        O::Output: HasChangeOrder,
    {
        // Boxed like that of `send`.
        Box::pin(async move {
            let reply = self.send_ref(&request).await?;
            ChangeOrder::started(self.clone(), &request, reply)
        })
    }
}

/// A change order of SAE, by its identifier.
///
/// Made by [`Client::submit`], [`Client::deploy`] and [`Client::change_order`]. Cheap to clone.
#[derive(Clone)]
pub struct ChangeOrder {
    client: Client,
    id: String,
    app_id: Option<String>,
}

impl ChangeOrder {
    pub(crate) fn new(client: Client, id: String, app_id: Option<String>) -> Self {
        Self { client, id, app_id }
    }

    /// The change order that an answer names.
    pub(crate) fn started<O>(client: Client, request: &O, reply: Reply<O::Output>) -> Result<Self, Error>
    where
        O: Operation,
        O::Output: HasChangeOrder,
    {
        let Some(id) = reply.output.change_order_id().filter(|id| !id.is_empty()) else {
            let error = Error::new(ErrorKind::Decode, "the answer names no change order");
            return Err(error.with_operation(O::DESCRIPTION.name).with_answer(reply.answer));
        };
        let app_id = text_at(&reply.output, &["Data", "AppId"]).or_else(|| text_at(request, &["AppId"]));
        Ok(Self::new(client, id.to_owned(), app_id))
    }

    /// Its identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Identifier of its application, if the answer to the call that started it had one.
    pub fn app_id(&self) -> Option<&str> {
        self.app_id.as_deref()
    }

    /// Sets the identifier of its application, which is otherwise read from the service when it is needed.
    pub fn with_app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = Some(app_id.into());
        self
    }

    /// The same change order, whose calls have these options on top of those of its client: see [`Client::with_options`].
    ///
    /// ```
    /// # use sae::model::AbortChangeOrder;
    /// # use sae::testing::Fake;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let fake = Fake::new();
    /// # fake.on::<AbortChangeOrder>().json(r#"{"Success":true,"Code":"200"}"#);
    /// # let order = fake.client()?.change_order("order-id");
    /// use std::time::Duration;
    ///
    /// use sae::CallOptions;
    ///
    /// order.with_options(CallOptions::new().timeout(Duration::from_secs(5))).abort().await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "it leaves this handle as it is"]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { client: self.client.with_options(options), ..self.clone() }
    }

    /// Reads its present state.
    pub async fn read(&self) -> Result<sae::ChangeOrder, Error> {
        self.client.send(DescribeChangeOrder::new(&self.id)).await?.into_data()
    }

    /// Starts the batch that waits for a confirmation.
    ///
    /// Fails with [`ErrorKind::Request`] if no batch waits for one.
    pub async fn confirm(&self) -> Result<(), Error> {
        let order = self.read().await?;
        let waits = order.status == Some(sae::ChangeOrderStatus::WaitingForConfirmation);
        let Some(pipeline) = order.current_pipeline_id.filter(|_| waits) else {
            let message = format!("change order {} has no batch that waits for a confirmation", self.id);
            return Err(Error::new(ErrorKind::Request, message));
        };
        self.client.send(ConfirmPipelineBatch::new(true, pipeline)).await?;
        Ok(())
    }

    /// Aborts it. Instances that it has already replaced stay as they are.
    pub async fn abort(&self) -> Result<(), Error> {
        self.client.send(AbortChangeOrder::new(&self.id)).await?;
        Ok(())
    }

    /// Aborts it and restores the previous version by another change order. [`ChangeOrder::wait`] waits for that one, too.
    pub async fn roll_back(&self) -> Result<(), Error> {
        self.client.send(AbortAndRollbackChangeOrder::new(&self.id)).await?;
        Ok(())
    }

    /// The client that calls the service.
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl fmt::Debug for ChangeOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeOrder")
            .field("id", &self.id)
            .field("app_id", &self.app_id)
            .finish_non_exhaustive()
    }
}
