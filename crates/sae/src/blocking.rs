//! The client for programs that are not async.

use std::fmt;
use std::sync::Arc;

use sae_models::sae::{Application, DeployApplication, TenantNamespace};
use sae_transport::{
    DynFields, Error, ErrorKind, Fields, HasChangeOrder, Operation, Paged, Registered, Reply,
};
use tokio::runtime::{Handle, Runtime};

pub use self::change_order::ChangeOrder;
pub use self::lists::{Items, Pages};
use crate::Builder;

mod change_order;
mod lists;

/// [`crate::Client`] for programs that are not async: each call returns when it has its answer.
///
/// Cheap to clone; clones share connections, the retry budget and the runtime inside, and may be used by several threads at once.
/// On a thread of an async runtime every call is an error of the kind [`ErrorKind::Config`], since it would hold up all that runs
/// there: use [`crate::Client`], or a thread of your own.
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
    /// Fails like [`Builder::build`], and with [`ErrorKind::Config`] inside an async runtime.
    pub fn new(configuration: Builder) -> Result<Self, Error> {
        let worker = Worker::new()?;
        Ok(Self { client: configuration.build()?, worker })
    }

    /// A client with everything from the environment: see [`crate::Client::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        let worker = Worker::new()?;
        Ok(Self { client: worker.wait(crate::Client::from_env())??, worker })
    }

    /// Sends a request and reads its answer: see [`crate::Client::send`].
    pub fn send<O: Operation>(&self, request: O) -> Result<Reply<O::Output>, Error> {
        self.wait(self.client.send(request))?
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
        Ok(ChangeOrder::new(self.wait(self.client.submit(request))??, self.worker.clone()))
    }

    /// Deploys an application exactly once: see [`crate::Client::deploy`]. With a token or limits of your own it is
    /// `client.wait(client.as_async().deploy(request).token("build-42"))`.
    pub fn deploy(&self, request: DeployApplication) -> Result<ChangeOrder, Error> {
        Ok(ChangeOrder::new(self.wait(self.client.deploy(request))??, self.worker.clone()))
    }

    /// The application that a person means by this text: see [`crate::Client::resolve_application`].
    pub fn resolve_application(&self, text: &str) -> Result<Application, Error> {
        self.wait(self.client.resolve_application(text))?
    }

    /// The namespace that a person means by this text: see [`crate::Client::resolve_namespace`].
    pub fn resolve_namespace(&self, text: &str) -> Result<TenantNamespace, Error> {
        self.wait(self.client.resolve_namespace(text))?
    }

    /// Sends a request whose operation is learned at run time: see [`crate::Client::send_registered`].
    pub fn send_registered(
        &self,
        operation: &Registered,
        request: &dyn Fields,
    ) -> Result<Reply<Box<dyn DynFields>>, Error> {
        self.wait(self.client.send_registered(operation, request))?
    }

    /// The async client inside, for what has no method of its own here: hand what it makes to [`Client::wait`].
    pub fn as_async(&self) -> &crate::Client {
        &self.client
    }

    /// Waits for something that [`Client::as_async`] has made.
    ///
    /// Fails with [`ErrorKind::Config`] inside an async runtime.
    ///
    /// ```
    /// # use sae::{blocking::Client, model::DescribeRegions, testing::Fake};
    /// # let fake = Fake::new();
    /// # fake.on::<DescribeRegions>().json(r#"{"Regions":[]}"#).json(r#"{"Regions":[]}"#);
    /// # let client = Client::new(fake.builder())?;
    /// let both = client.wait(async {
    ///     let first = client.as_async().send(DescribeRegions::new()).await?;
    ///     let second = client.as_async().send(DescribeRegions::new()).await?;
    ///     Ok::<_, sae::Error>((first, second))
    /// })??;
    /// # fake.finish()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn wait<F: IntoFuture>(&self, work: F) -> Result<F::Output, Error> {
        self.worker.wait(work.into_future())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(&self.client).finish()
    }
}

/// The runtime on which blocking calls wait.
#[derive(Clone)]
struct Worker(Arc<Owned>);

/// Taken out when it is dropped: dropping a runtime waits for its tasks, which panics inside another one.
struct Owned(Option<Runtime>);

impl Worker {
    fn new() -> Result<Self, Error> {
        check_thread()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| {
            Error::new(ErrorKind::Config, "the runtime of the blocking client can't be started")
                .with_source(error)
        })?;
        Ok(Self(Arc::new(Owned(Some(runtime)))))
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> Result<T, Error> {
        check_thread()?;
        match &self.0.0 {
            Some(runtime) => Ok(runtime.block_on(async {
                // Since the last call nobody has looked at the kept connections. One turn notices those that the other side has closed,
                // before a write is sent on one and its outcome becomes unknown.
                tokio::task::yield_now().await;
                work.await
            })),
            None => Err(Error::new(ErrorKind::Config, "the runtime of the blocking client has ended")),
        }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

fn check_thread() -> Result<(), Error> {
    if Handle::try_current().is_err() {
        return Ok(());
    }
    let message = "a blocking call inside an async runtime would hold up everything else on its thread: \
                   use sae::Client there, or call from a thread of your own (std::thread::spawn)";
    Err(Error::new(ErrorKind::Config, message))
}
