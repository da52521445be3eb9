//! The client.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use sae_transport::client::{
    Caller, Credentials, Endpoint, ProvideCredentials, Received, Settings, SignedRequest, SigningContext,
    nonce, signed_request,
};
use sae_transport::{
    Description, DynFields, Error, Fields, Operation, Registered, Reply, RequestParts, Service,
};

pub use self::call::Call;
pub use self::options::CallOptions;
pub use self::pages::{Items, Pages};
use crate::config::{Builder, Config, Endpoints};

mod call;
mod options;
mod pages;
mod resolve;
pub(crate) mod trace;

/// Calls SAE and EDAS. Cheap to clone; clones share connections and the retry budget.
///
/// ```no_run
/// # async fn example() -> Result<(), sae::Error> {
/// use sae::Client;
/// use sae::model::ListApplications;
///
/// let client = Client::from_env().await?;
/// for application in client.send(ListApplications::new()).await?.into_data()?.applications {
///     println!("{:?} runs {:?} instances", application.app_name, application.running_instances);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    caller: Caller,
    credentials: Arc<dyn ProvideCredentials>,
    endpoints: Arc<Endpoints>,
    settings: Settings,
}

impl Client {
    /// A client that is configured by the environment: see [`Builder::environment`].
    ///
    /// Looks for credentials right away: see [`Builder::build_checked`]. Fails with
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if there are none.
    pub async fn from_env() -> Result<Self, Error> {
        Self::builder().environment().build_checked().await
    }

    /// Configures a client in code.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Asks for credentials once, to check that there are any.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        self.inner.credentials.credentials().await.map(|_| ())
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    fn new(config: Config) -> Self {
        let Config { exchange, interceptors, credentials, endpoints, settings } = config;
        let (caller, endpoints) =
            (Caller::new(exchange).with_interceptors(interceptors), Arc::new(endpoints));
        Self { inner: Arc::new(Inner { caller, credentials, endpoints, settings }) }
    }

    /// The same client with other options, for everything that is made with it: calls, lists, deployments, change orders, and
    /// applications and namespaces that are looked up by name. Connections, credentials and the retry budget are shared. What isn't set
    /// stays as it is, so options can be added to a client that has some.
    ///
    /// ```
    /// # use sae::model::{DescribeChangeOrder, RestartApplication};
    /// # use sae::testing::Fake;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let fake = Fake::new();
    /// # fake.on::<RestartApplication>().json(r#"{"Data":{"ChangeOrderId":"order"}}"#);
    /// # fake.on::<DescribeChangeOrder>().json(r#"{"Data":{"ChangeOrderId":"order","Status":2}}"#);
    /// # let client = fake.client()?;
    /// use std::time::Duration;
    ///
    /// use sae::CallOptions;
    ///
    /// let patient = client.with_options(CallOptions::new().wait_while_busy(Duration::from_secs(10 * 60)));
    /// let order = patient.submit(RestartApplication::new("app-id")).await?;
    /// // The calls of the change order have the same options.
    /// order.wait().await?.success()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use = "it leaves this client as it is"]
    pub fn with_options(&self, options: CallOptions) -> Self {
        let inner = &*self.inner;
        let endpoints = match options.place() {
            (None, None) => Arc::clone(&inner.endpoints),
            (endpoint, region) => Arc::new(inner.endpoints.moved(endpoint, region)),
        };
        Self {
            inner: Arc::new(Inner {
                caller: inner.caller.clone(),
                credentials: Arc::clone(&inner.credentials),
                endpoints,
                settings: options.over(&inner.settings),
            }),
        }
    }

    /// Sends a request and reads its answer.
    ///
    /// Reads are repeated after passing faults. A write is repeated only if the service can't have accepted it; if nobody can know, the
    /// error is [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    ///
    /// The future is in a box, since it holds the request and what is read from the answer.
    pub fn send<O: Operation>(
        &self,
        request: O,
    ) -> impl Future<Output = Result<Reply<O::Output>, Error>> + Send {
        Box::pin(async move { self.send_ref(&request).await })
    }

    /// [`Client::send`] for a borrowed request.
    pub(crate) async fn send_ref<O: Operation>(&self, request: &O) -> Result<Reply<O::Output>, Error> {
        let mut output = O::Output::default();
        let received = self.exchange(O::DESCRIPTION, request, &mut output).await?;
        Ok(Reply::new(output, received.envelope, received.answer))
    }

    /// [`Client::send`] for operations that are chosen at run time: `request` has to be of the type that [`Registered::request`]
    /// creates.
    pub async fn send_registered(
        &self,
        operation: &Registered,
        request: &dyn Fields,
    ) -> Result<Reply<Box<dyn DynFields>>, Error> {
        let mut output = (operation.output)();
        let exchange = self.exchange(operation.description, request, &mut *output);
        let received = Box::pin(exchange).await?;
        Ok(Reply::new(output, received.envelope, received.answer))
    }

    /// The endpoint that operations of this service are sent to.
    ///
    /// Fails with [`ErrorKind::Config`](crate::ErrorKind::Config) if neither an endpoint nor a region is set, and if one in the options
    /// of this client is malformed.
    pub fn endpoint(&self, service: &Service) -> Result<Cow<'_, Endpoint>, Error> {
        self.inner.endpoints.of(service, self.inner.settings.region.as_deref())
    }

    /// The request that [`Client::send`] would send now, signed with these credentials, without the headers that interceptors add and
    /// without `User-Agent`. Nothing is sent.
    ///
    /// Fails as the call would: with [`ErrorKind::Config`](crate::ErrorKind::Config) if there is no endpoint, with
    /// [`ErrorKind::Request`](crate::ErrorKind::Request) if the request can't be signed.
    ///
    /// ```
    /// use sae::model::DeployApplication;
    /// use sae::transport::{Operation, RequestParts};
    /// use sae::{Client, Credentials};
    ///
    /// let key = Credentials::new("my-id", "my-secret");
    /// let client = Client::builder().credentials(key.clone()).region("cn-hangzhou").build()?;
    /// let request = DeployApplication::new("app-id").command("");
    /// let parts = RequestParts::of(DeployApplication::DESCRIPTION, &request)?;
    /// let signed = client.sign(DeployApplication::DESCRIPTION, &parts, &key)?;
    /// assert!(signed.http.url.starts_with("https://sae.cn-hangzhou.aliyuncs.com/"));
    /// # Ok::<(), sae::Error>(())
    /// ```
    pub fn sign(
        &self,
        description: &'static Description,
        parts: &RequestParts<'_>,
        credentials: &Credentials,
    ) -> Result<SignedRequest, Error> {
        let settings = &self.inner.settings;
        let mut context = SigningContext::new(SystemTime::now(), nonce());
        context.scheme = settings.scheme;
        context.format = settings.format;
        context.region = settings.region.as_deref();
        signed_request(description, parts, &*self.endpoint(description.service)?, credentials, context)
    }

    /// The token of a deployment, given a new one: a replay returns the recorded one.
    pub(crate) fn deployment_token(&self, application: &str, token: &str) -> String {
        self.inner.caller.exchange().deployment_token(application, token.to_owned())
    }

    /// Whether a time is over, given what the clock says: a replay returns what was recorded.
    pub(crate) fn is_time_over(&self, time: &str, of: &str, is_over: bool) -> bool {
        self.inner.caller.exchange().is_time_over(&format!("{time} {of}"), is_over)
    }

    /// All that differs between operations is data here.
    async fn exchange(
        &self,
        description: &'static Description,
        request: &dyn Fields,
        output: &mut dyn DynFields,
    ) -> Result<Received, Error> {
        let inner = &*self.inner;
        let endpoint = self.endpoint(description.service)?;
        let call = sae_transport::client::Call {
            description,
            request,
            endpoint: &endpoint,
            credentials: &*inner.credentials,
            settings: &inner.settings,
        };
        inner.caller.call(call, output).await
    }
}

/// Makes the client.
impl Builder {
    /// Makes the client. No connection is made yet.
    ///
    /// Fails with [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if no source of credentials is set, and with
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if a region or an endpoint is malformed.
    pub fn build(self) -> Result<Client, Error> {
        self.finish().map(Client::new)
    }

    /// Makes the client and looks for its credentials right away, so that a program without any fails at its start and not in its first
    /// call. The credentials are kept, so this costs no additional request.
    ///
    /// Fails like [`Builder::build`], and with [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if there are none.
    pub async fn build_checked(self) -> Result<Client, Error> {
        let client = self.build()?;
        client.check().await?;
        Ok(client)
    }
}
