//! The client.

use std::borrow::Cow;
use std::sync::Arc;

use sae_transport::client::{Call, Caller, Endpoint, ProvideCredentials, Settings};
use sae_transport::{
    Description, DynFields, Error, ErrorKind, Fields, Operation, Registered, Reply, Service,
};

use crate::Builder;

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

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Sends a request and reads its answer.
    ///
    /// Reads are repeated after passing faults. A write is repeated only if it can't have been accepted; if that can't be known,
    /// the error is [`ErrorKind::OutcomeUnknown`].
    pub async fn send<O: Operation>(&self, request: O) -> Result<Reply<O::Output>, Error> {
        let mut output = O::Output::default();
        let received = self.call(O::DESCRIPTION, &request, &mut output).await?;
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
        let received = self.call(operation.description, request, &mut *output).await?;
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
            let message = "no region: set ALIBABA_CLOUD_REGION_ID, or give a region or an endpoint in code";
            return Err(Error::new(ErrorKind::Config, message));
        };
        Endpoint::regional(service, region, inner.vpc).map(Cow::Owned)
    }

    async fn call(
        &self,
        description: &'static Description,
        request: &dyn Fields,
        output: &mut dyn DynFields,
    ) -> Result<sae_transport::client::Received, Error> {
        let inner = &*self.inner;
        let endpoint = self.endpoint(description.service)?;
        let call = Call {
            description,
            request,
            endpoint: &endpoint,
            credentials: &*inner.credentials,
            settings: &inner.settings,
        };
        inner.caller.call(call, output).await
    }
}
