//! The client for programs that are not async.

use std::fmt;

use sae_models::sae::{Application, DeployApplication, TenantNamespace};
use sae_transport::{DynFields, Error, Fields, HasChangeOrder, Operation, Paged, Registered, Reply};

pub use self::change_order::ChangeOrder;
pub use self::follow::Follow;
pub use self::lists::{Items, Pages};
use self::worker::Worker;
use crate::client::CallOptions;
use crate::config::Builder;

mod change_order;
mod follow;
mod lists;
mod worker;

/// [`crate::Client`] for programs that are not async: each call blocks until its answer is there.
///
/// Cheap to clone; clones share connections, the retry budget and the runtime inside, and may be used by several threads at once.
/// On a thread of an async runtime every call fails with [`ErrorKind::Config`](crate::ErrorKind::Config), since it would block everything
/// that runs there; an iterator returns this error once and ends. Use [`crate::Client`] there, or call from a thread of your own.
///
/// ```
/// use sae::blocking::Client;
/// use sae::model::DescribeRegions;
/// # use sae::testing::Fake;
///
/// # let fake = Fake::new();
/// # fake.on::<DescribeRegions>().json(r#"{"Regions":{"Region":[{"RegionId":"cn-hangzhou"}]}}"#);
/// # let configuration = fake.builder();
/// let client = Client::new(configuration)?;
/// let regions = client.send(DescribeRegions::new())?.output.regions;
/// assert_eq!(regions[0].region_id.as_deref(), Some("cn-hangzhou"));
/// # Ok::<(), sae::Error>(())
/// ```
#[derive(Clone)]
pub struct Client {
    client: crate::Client,
    worker: Worker,
}

impl Client {
    /// A client with this configuration.
    ///
    /// Fails like [`Builder::build`], and with [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async runtime.
    pub fn new(configuration: Builder) -> Result<Self, Error> {
        let worker = Worker::new()?;
        Ok(Self { client: configuration.build()?, worker })
    }

    /// A client that is configured by the environment: see [`crate::Client::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        let worker = Worker::new()?;
        Ok(Self { client: worker.wait(crate::Client::from_env())??, worker })
    }

    /// The same client with other options, for everything that is made with it: see [`crate::Client::with_options`].
    ///
    /// ```
    /// # use sae::{blocking::Client, model::DescribeRegions, testing::Fake};
    /// # let fake = Fake::new();
    /// # fake.on::<DescribeRegions>().json(r#"{"Regions":[]}"#);
    /// # let client = Client::new(fake.builder())?;
    /// use std::time::Duration;
    ///
    /// use sae::CallOptions;
    ///
    /// let quick = client.with_options(CallOptions::new().timeout(Duration::from_secs(5)));
    /// assert!(quick.send(DescribeRegions::new())?.output.regions.is_empty());
    /// # Ok::<(), sae::Error>(())
    /// ```
    #[must_use = "it leaves this client as it is"]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { client: self.client.with_options(options), worker: self.worker.clone() }
    }

    /// Sends a request and reads its answer: see [`crate::Client::send`].
    pub fn send<O: Operation>(&self, request: O) -> Result<Reply<O::Output>, Error> {
        self.block_on(self.client.send(request))?
    }

    /// All items of a list, page after page: see [`crate::Client::items`].
    ///
    /// ```
    /// # use sae::{blocking::Client, model::DescribeNamespaces, testing::Fake};
    /// # let fake = Fake::new();
    /// # fake.on::<DescribeNamespaces>().json(r#"{"Data":{"TotalSize":1,"Namespaces":[{"NamespaceId":"cn-hangzhou"}]}}"#);
    /// # let client = Client::new(fake.builder())?;
    /// for namespace in client.items(DescribeNamespaces::new(1, 100)) {
    ///     println!("{:?}", namespace?.namespace_name);
    /// }
    /// # Ok::<(), sae::Error>(())
    /// ```
    pub fn items<O: Paged>(&self, request: O) -> Items<O> {
        Items::new(self.client.items(request), self.worker.clone())
    }

    /// The pages of a list one after the other: see [`crate::Client::pages`].
    pub fn pages<O: Paged>(&self, request: O) -> Pages<O> {
        Pages::new(self.client.pages(request), self.worker.clone())
    }

    /// A change order by its identifier: see [`crate::Client::change_order`].
    pub fn change_order(&self, id: impl Into<String>) -> ChangeOrder {
        ChangeOrder::new(self.client.change_order(id), self.worker.clone())
    }

    /// Sends an operation that starts a change order, and returns it: see [`crate::Client::submit`].
    pub fn submit<O>(&self, request: O) -> Result<ChangeOrder, Error>
    where
        O: Operation,
        O::Output: HasChangeOrder,
    {
        Ok(ChangeOrder::new(self.block_on(self.client.submit(request))??, self.worker.clone()))
    }

    /// Deploys an application exactly once: see [`crate::Client::deploy`]. With a token or limits of your own it is
    /// `client.block_on(client.as_async().deploy(request).token("build-42"))`.
    pub fn deploy(&self, request: DeployApplication) -> Result<ChangeOrder, Error> {
        Ok(ChangeOrder::new(self.block_on(self.client.deploy(request))??, self.worker.clone()))
    }

    /// Finds an application by what a person writes: see [`crate::Client::resolve_application`].
    pub fn resolve_application(&self, text: &str) -> Result<Application, Error> {
        self.block_on(self.client.resolve_application(text))?
    }

    /// Finds a namespace by what a person writes: see [`crate::Client::resolve_namespace`].
    pub fn resolve_namespace(&self, text: &str) -> Result<TenantNamespace, Error> {
        self.block_on(self.client.resolve_namespace(text))?
    }

    /// Sends a request whose operation is chosen at run time: see [`crate::Client::send_registered`].
    pub fn send_registered(
        &self,
        operation: &Registered,
        request: &dyn Fields,
    ) -> Result<Reply<Box<dyn DynFields>>, Error> {
        self.block_on(self.client.send_registered(operation, request))?
    }

    /// The async client, for calls that this client has no method for: pass its futures to [`Client::block_on`].
    pub fn as_async(&self) -> &crate::Client {
        &self.client
    }

    /// Waits for a future of [`Client::as_async`].
    ///
    /// Fails with [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async runtime.
    ///
    /// ```
    /// # use sae::{blocking::Client, model::DescribeRegions, testing::Fake};
    /// # let fake = Fake::new();
    /// # fake.on::<DescribeRegions>().json(r#"{"Regions":[]}"#).json(r#"{"Regions":[]}"#);
    /// # let client = Client::new(fake.builder())?;
    /// let both = client.block_on(async {
    ///     let first = client.as_async().send(DescribeRegions::new()).await?;
    ///     let second = client.as_async().send(DescribeRegions::new()).await?;
    ///     Ok::<_, sae::Error>((first, second))
    /// })??;
    /// # fake.finish()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn block_on<F: IntoFuture>(&self, work: F) -> Result<F::Output, Error> {
        self.worker.wait(work.into_future())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.client).finish()
    }
}
