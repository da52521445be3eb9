//! The client.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use sae_models::sae::{Application, DeployApplication, TenantNamespace};
use sae_transport::client::{
    Caller, Credentials, Endpoint, ProvideCredentials, Received, Settings, SignedRequest, Stamp, nonce,
    signed_request,
};
use sae_transport::{
    Description, DynFields, Error, ErrorKind, Fields, HasChangeOrder, Operation, Paged, Registered, Reply,
    RequestParts, Service,
};

use crate::call::{Call, Options};
use crate::change_order::ChangeOrder;
use crate::deploy::Deploy;
use crate::pages::{Items, Pages};
use crate::{Builder, resolve};

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
pub(crate) struct Inner {
    pub(crate) caller: Caller,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    /// By product.
    pub(crate) endpoints: Vec<(&'static str, Endpoint)>,
    /// Products whose endpoint was set, so that no region changes it.
    pub(crate) fixed: Vec<&'static str>,
    pub(crate) vpc: bool,
    pub(crate) settings: Settings,
}

impl Client {
    /// A client with everything from the environment: see [`Builder::environment`] for what that is.
    ///
    /// Credentials are looked for right away: see [`Builder::build_checked`]. Fails with [`ErrorKind::Credentials`] if there are none.
    pub async fn from_env() -> Result<Self, Error> {
        Self::builder().environment().build_checked().await
    }

    /// Configuration in code.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Asks for credentials once, to see whether there are any.
    pub(crate) async fn check(&self) -> Result<(), Error> {
        self.inner.credentials.credentials().await.map(|_| ())
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Sends a request and reads its answer.
    ///
    /// Reads are repeated after passing faults. A write is repeated only if it can't have been accepted; if that can't be known,
    /// the error is [`ErrorKind::OutcomeUnknown`].
    pub async fn send<O: Operation>(&self, request: O) -> Result<Reply<O::Output>, Error> {
        self.send_with(&request, &Options::default()).await
    }

    /// A call that can be given options of its own before it is awaited: see [`Call`].
    pub fn call<O: Operation>(&self, request: O) -> Call<O> {
        Call::new(self.clone(), request)
    }

    /// All items of a list, page after page, whatever page the request names: see [`Items`].
    pub fn items<O: Paged>(&self, request: O) -> Items<O> {
        Items::new(self.clone(), request)
    }

    /// The pages of a list one after the other, whatever page the request names: see [`Pages`].
    pub fn pages<O: Paged>(&self, request: O) -> Pages<O> {
        Pages::new(self.clone(), request)
    }

    /// A change order by its identifier: wait for it, watch it, steer it. Nothing is sent yet.
    pub fn change_order(&self, id: impl Into<String>) -> ChangeOrder {
        ChangeOrder::new(self.clone(), id.into(), None)
    }

    /// Sends an operation that starts a change order, and returns it.
    ///
    /// Fails like [`Client::send`], and with [`ErrorKind::Decode`] if the answer names no change order; [`Error::answer`] has it.
    pub async fn submit<O>(&self, request: O) -> Result<ChangeOrder, Error>
    where
        O: Operation,
        O::Output: HasChangeOrder,
    {
        let reply = self.send_with(&request, &Options::default()).await?;
        ChangeOrder::started(self.clone(), &request, reply)
    }

    /// Deploys an application exactly once, though the service has no idempotency token: see [`Deploy`].
    pub fn deploy(&self, request: DeployApplication) -> Deploy {
        Deploy::new(self.clone(), request)
    }

    /// The application that a person means by this text: its identifier, its name, or its name behind its namespace, as in `shop`,
    /// `test/shop` and `cn-hangzhou:test/shop`. The namespace, in turn, is what [`Client::resolve_namespace`] takes.
    ///
    /// Fails with [`ErrorKind::NotFound`] if there is none and with [`ErrorKind::Ambiguous`] if there is more than one; the message and
    /// [`Error::candidates`] name those that could be meant.
    pub async fn resolve_application(&self, text: &str) -> Result<Application, Error> {
        resolve::application(self, text).await
    }

    /// The namespace that a person means by this text: its identifier (`cn-hangzhou:test`), the part of it behind the colon, or its
    /// name.
    ///
    /// Fails with [`ErrorKind::NotFound`] if there is none and with [`ErrorKind::Ambiguous`] if there is more than one; the message and
    /// [`Error::candidates`] name those that could be meant.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
    /// # let client = sae::Client::builder()
    /// #     .credentials(sae::Credentials::new("local", "local-secret"))
    /// #     .endpoint(server.endpoint())
    /// #     .build()?;
    /// # use sae::model::CreateNamespace;
    /// client.send(CreateNamespace::new("Web shop").namespace_id("cn-hangzhou:shop")).await?;
    /// let namespace = client.resolve_namespace("shop").await?;
    /// assert_eq!(namespace.namespace_id.as_deref(), Some("cn-hangzhou:shop"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn resolve_namespace(&self, text: &str) -> Result<TenantNamespace, Error> {
        resolve::namespace(self, text).await
    }

    pub(crate) async fn send_with<O: Operation>(
        &self,
        request: &O,
        options: &Options,
    ) -> Result<Reply<O::Output>, Error> {
        let mut output = O::Output::default();
        let received = self.exchange(O::DESCRIPTION, request, &mut output, options).await?;
        Ok(Reply::new(output, received.envelope, received.notes, received.answer))
    }

    /// [`Client::send`] for code that learns at run time which operation to call: `request` is of the type that
    /// [`Registered::request`] makes.
    pub async fn send_registered(
        &self,
        operation: &Registered,
        request: &dyn Fields,
    ) -> Result<Reply<Box<dyn DynFields>>, Error> {
        let mut output = (operation.output)();
        let options = Options::default();
        let received = self.exchange(operation.description, request, &mut *output, &options).await?;
        Ok(Reply::new(output, received.envelope, received.notes, received.answer))
    }

    /// The endpoint that operations of this service are sent to.
    ///
    /// Fails with [`ErrorKind::Config`] if neither an endpoint nor a region is set.
    pub fn endpoint(&self, service: &Service) -> Result<Cow<'_, Endpoint>, Error> {
        let inner = &*self.inner;
        if let Some((_, endpoint)) = inner.endpoints.iter().find(|(product, _)| *product == service.product) {
            return Ok(Cow::Borrowed(endpoint));
        }
        let Some(region) = &inner.settings.region else {
            let message = "no region: give a region or an endpoint, or set ALIBABA_CLOUD_REGION_ID";
            return Err(Error::new(ErrorKind::Config, message));
        };
        Endpoint::regional(service, region, inner.vpc).map(Cow::Owned)
    }

    /// The request that [`Client::send`] would send now, signed with these credentials. Nothing is sent.
    ///
    /// Fails as the call would: with [`ErrorKind::Config`] if there is no endpoint to send it to, with [`ErrorKind::Request`] if it can't
    /// be signed.
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
        let mut stamp = Stamp::new(SystemTime::now(), nonce());
        stamp.scheme = settings.scheme;
        stamp.format = settings.format;
        stamp.region = settings.region.as_deref();
        signed_request(description, parts, &*self.endpoint(description.service)?, credentials, stamp)
    }

    /// The token of a deployment, given one that was made up: a replay answers with the recorded one.
    pub(crate) fn deployment_token(&self, application: &str, token: &str) -> String {
        self.inner.caller.exchange().deployment_token(application, token.to_owned())
    }

    /// Whether a time is over, given what the clock says: a replay answers as it was.
    pub(crate) fn is_time_over(&self, time: &str, of: &str, is_over: bool) -> bool {
        self.inner.caller.exchange().is_time_over(&format!("{time} {of}"), is_over)
    }

    /// All that differs between operations is data here.
    async fn exchange(
        &self,
        description: &'static Description,
        request: &dyn Fields,
        output: &mut dyn DynFields,
        options: &Options,
    ) -> Result<Received, Error> {
        let inner = &*self.inner;
        let settings = options.over(&inner.settings);
        let is_fixed = inner.fixed.contains(&description.service.product);
        let endpoint = match (&options.endpoint, &options.region) {
            (Some(endpoint), _) => Cow::Owned(endpoint.parse()?),
            (None, Some(region)) if !is_fixed => {
                Cow::Owned(Endpoint::regional(description.service, region, inner.vpc)?)
            }
            _ => self.endpoint(description.service)?,
        };
        let call = sae_transport::client::Call {
            description,
            request,
            endpoint: &endpoint,
            credentials: &*inner.credentials,
            settings: &settings,
        };
        inner.caller.call(call, output).await
    }
}
