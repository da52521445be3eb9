//! Configuration of a client, from code and from the environment.

use std::sync::Arc;
use std::time::Duration;

use sae_transport::client::{
    Credentials, Exchange, Format, Http, Interceptor, OnRetry, ProvideCredentials, RetryEvent, RetryPolicy,
    Scheme, Settings, Timeouts, UserAgent, check_region,
};
use sae_transport::{Error, ErrorKind};

use super::credentials::{Chain, Environment};
use super::endpoints::Endpoints;

/// Configuration of a [`Client`](crate::Client).
///
/// Settings in code take precedence over what [`Builder::environment`] finds.
///
/// ```
/// use sae::{Client, Credentials};
///
/// let client = Client::builder()
///     .credentials(Credentials::new("local", "local-secret"))
///     .endpoint("http://127.0.0.1:8080")
///     .build()?;
/// # Ok::<(), sae::Error>(())
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct Builder {
    credentials: Option<Arc<dyn ProvideCredentials>>,
    profile: Option<String>,
    reads_environment: bool,
    /// Reads environment and profile. A function pointer, so that a program that doesn't use the environment is linked without this
    /// code.
    load: Option<Load>,
    environment: Option<Environment>,
    region: Option<String>,
    endpoint: Option<String>,
    sae_endpoint: Option<String>,
    edas_endpoint: Option<String>,
    vpc: bool,
    scheme: Scheme,
    format: Format,
    timeouts: Timeouts,
    retry: RetryPolicy,
    wait_while_busy: Option<Duration>,
    answer_memory: Option<usize>,
    on_retry: Option<OnRetry>,
    app_name: Option<String>,
    interceptors: Vec<Arc<dyn Interceptor>>,
    exchange: Option<Arc<dyn Exchange>>,
}

impl Builder {
    /// Uses fixed credentials.
    pub fn credentials(self, credentials: Credentials) -> Self {
        self.credentials_provider(credentials)
    }

    /// The credentials provider, asked before each attempt. [`credentials`](crate::credentials) has several.
    pub fn credentials_provider(mut self, provider: impl ProvideCredentials + 'static) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// Uses credentials and region of this profile of the `aliyun` program, or credentials of this section of the file that official
    /// SDKs share, whatever the environment says.
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self.load = Some(Self::load);
        self
    }

    /// Region to call, as in `cn-hangzhou`. It decides the endpoint, unless that is set.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Endpoint of every service: `https://HOST`, `http://HOST:PORT` or a bare host. HTTPS is used unless the text begins with
    /// `http://`.
    pub fn endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Whether to use the endpoints inside the VPC of the region.
    pub fn vpc(mut self, inside: bool) -> Self {
        self.vpc = inside;
        self
    }

    /// How requests are signed. [`Scheme::Acs3`] unless set, like all official SDKs of today.
    ///
    /// [`Scheme::Roa`] is the scheme of the documentation of 2019. It refuses empty values, since official signers disagree on how to
    /// sign them, so no setting can be cleared with it.
    pub fn signature(mut self, scheme: Scheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Format of answers. JSON unless set. Decoded answers are the same in both formats.
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// How long a call and each attempt may take: see [`Timeouts`].
    ///
    /// ```
    /// # fn quick(builder: sae::Builder) -> Result<sae::Client, sae::Error> {
    /// use sae::Timeouts;
    /// use std::time::Duration;
    ///
    /// let quick = Timeouts::new().call(Duration::from_secs(5)).attempt(Duration::from_secs(2));
    /// builder.timeouts(quick).build()
    /// # }
    /// # let keys = sae::Credentials::new("my-id", "my-secret");
    /// # assert!(quick(sae::Client::builder().credentials(keys).region("cn-hangzhou")).is_ok());
    /// ```
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// How long a call may take, including waits and repetitions. 60 seconds unless set. Changes only this setting of
    /// [`Builder::timeouts`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.call = timeout;
        self
    }

    /// How long one attempt may take. 30 seconds unless set. Changes only this setting of [`Builder::timeouts`].
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.timeouts.attempt = timeout;
        self
    }

    /// How failed attempts are repeated: maximum number, waits, and a budget that all calls of this client share. With the defaults, a
    /// burst of calls that the service throttles succeeds: see [`RetryPolicy`].
    ///
    /// ```
    /// # fn patient() -> Result<sae::Client, sae::Error> {
    /// use sae::{Backoff, Client, Credentials, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// let policy = RetryPolicy::new()
    ///     .max_attempts(8)
    ///     .backoff(Backoff::new(Duration::from_millis(200), Duration::from_secs(5)))
    ///     .budget(1000);
    /// let keys = Credentials::new("my-id", "my-secret");
    /// Client::builder().credentials(keys).region("cn-hangzhou").retry(policy).build()
    /// # }
    /// # assert!(patient().is_ok());
    /// ```
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Maximum number of attempts of a call. 3 unless set; with one, nothing is repeated. Changes only this setting of
    /// [`Builder::retry`].
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.retry.max_attempts = attempts;
        self
    }

    /// How long a call is repeated while the service refuses it because another change of the application is running
    /// (`Application.ChangerOrderRunning`, `Application.InvalidStatus`). Unless set, such a refusal is an error at once.
    ///
    /// A refused call has changed nothing, so repeating is safe for every operation. This time is added to [`Builder::timeout`], which
    /// holds for each repetition.
    pub fn wait_while_busy(mut self, limit: Duration) -> Self {
        self.wait_while_busy = Some(limit);
        self
    }

    /// Calls this function before each wait for another attempt, also while the service is busy, so that a program can report what
    /// failed and when it continues. It runs on the task of the call, so it must return soon and not block.
    ///
    /// ```
    /// # use sae::model::DescribeRegions;
    /// # use sae::testing::Fake;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let fake = Fake::new();
    /// # fake.on::<DescribeRegions>().drop_before().json(r#"{"Regions":[]}"#);
    /// let client = fake
    ///     .builder()
    ///     .on_retry(|event| eprintln!("{}; again in {:.1?}", event.error, event.wait))
    ///     .build()?;
    /// client.send(DescribeRegions::new()).await?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn on_retry(mut self, function: impl Fn(&RetryEvent<'_>) + Send + Sync + 'static) -> Self {
        self.on_retry = Some(OnRetry::new(function));
        self
    }

    /// Adds an interceptor, which is told of every call and each attempt, and may add headers before an attempt is signed. They are called
    /// in the order in which they were added: see [`Interceptor`].
    ///
    /// ```
    /// use std::sync::atomic::{AtomicUsize, Ordering};
    ///
    /// use sae::transport::{Interceptor, InterceptorContext, InterceptorOutcome};
    ///
    /// #[derive(Debug, Default)]
    /// struct Failures(AtomicUsize);
    ///
    /// impl Interceptor for Failures {
    ///     fn after_call(&self, _: &InterceptorContext<'_>, outcome: &InterceptorOutcome<'_>) {
    ///         self.0.fetch_add(usize::from(!outcome.is_success()), Ordering::Relaxed);
    ///     }
    /// }
    ///
    /// # let keys = sae::Credentials::new("my-id", "my-secret");
    /// # let builder = sae::Client::builder().credentials(keys).region("cn-hangzhou");
    /// let client = builder.interceptor(Failures::default()).build()?;
    /// # drop(client);
    /// # Ok::<(), sae::Error>(())
    /// ```
    pub fn interceptor(mut self, interceptor: impl Interceptor + 'static) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// What the program calls itself: `deploy-bot` or `deploy-bot/1.4`. It is added to the header `User-Agent` of every call, behind the
    /// name of this library: see [`UserAgent`]. The name and the version are letters, digits and ``!#$%&'*+-.^_`|~``, 128 bytes at most in
    /// all. Whoever runs the service can read it, so it should name no secret.
    ///
    /// [`Builder::build`] fails with [`ErrorKind::Config`] if it is malformed.
    ///
    /// ```
    /// # let keys = sae::Credentials::new("my-id", "my-secret");
    /// let client = sae::Client::builder().credentials(keys).region("cn-hangzhou").app_name("deploy-bot/1.4").build()?;
    /// # drop(client);
    /// # Ok::<(), sae::Error>(())
    /// ```
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// How many bytes of memory a decoded answer may take. Unless set, 8 times the bytes of the answer plus 1 MiB; a list of empty
    /// items could otherwise take hundreds of times its bytes. An answer that would take more is an error of kind
    /// [`ErrorKind::Decode`], which has the bytes.
    pub fn answer_memory(mut self, bytes: usize) -> Self {
        self.answer_memory = Some(bytes);
        self
    }

    /// Sends requests by HTTP that is configured in code: certificates, proxy, time limits and connections. See
    /// [`HttpBuilder`](crate::transport::HttpBuilder) for the settings and their defaults.
    ///
    /// ```
    /// # use std::time::Duration;
    /// fn client(authority: Vec<u8>, chain: Vec<u8>, key: Vec<u8>) -> Result<sae::Client, sae::Error> {
    ///     use sae::transport::{Http, Roots};
    ///     use sae::{Client, Credentials};
    ///
    ///     let http = Http::builder()
    ///         .roots(Roots::Added)
    ///         .ca_certificates(authority)
    ///         .client_certificate(chain, key)
    ///         .proxy("http://user:password@proxy.example.com:3128")
    ///         .connect_timeout(Duration::from_secs(2))
    ///         .build()?;
    ///     let keys = Credentials::new("my-id", "my-secret");
    ///     Client::builder().credentials(keys).region("cn-hangzhou").http(http).build()
    /// }
    /// # let none = client(Vec::new(), Vec::new(), Vec::new()).err();
    /// # assert!(none.is_some_and(|error| error.kind() == sae::ErrorKind::Config));
    /// ```
    pub fn http(self, http: Http) -> Self {
        self.exchange(Arc::new(http))
    }

    /// Sends requests through this `reqwest::Client`, with its proxies, DNS, TLS and whatever else it is built with (feature `reqwest`).
    ///
    /// The client has to follow no redirect and to repeat nothing: see
    /// [`ReqwestExchange`](crate::transport::ReqwestExchange), which also limits answers.
    ///
    /// ```
    /// # tokio_rustls::rustls::crypto::ring::default_provider().install_default().ok();
    /// fn client() -> Result<sae::Client, Box<dyn std::error::Error>> {
    ///     use sae::transport::ReqwestExchange;
    ///     use sae::{Client, Credentials};
    ///
    ///     let direct = reqwest::NoProxy::from_string("100.100.100.200,localhost,127.0.0.0/8");
    ///     let http = reqwest::Client::builder()
    ///         .proxy(reqwest::Proxy::all("http://proxy.example.com:3128")?.no_proxy(direct))
    ///         .redirect(reqwest::redirect::Policy::none())
    ///         .build()?;
    ///     let keys = Credentials::new("my-id", "my-secret");
    ///     let http = ReqwestExchange::new(http).without_redirects();
    ///     let client = Client::builder().credentials(keys).region("cn-hangzhou").http_client(http).build()?;
    ///     Ok(client)
    /// }
    /// # client()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "reqwest")]
    pub fn http_client(self, client: impl Into<sae_transport::client::ReqwestExchange>) -> Self {
        self.exchange(Arc::new(client.into()))
    }

    /// Sends requests through this instead of [`Http`]: a client of one's own, or something in front of another exchange. Sources of
    /// credentials that call a service send through it, too.
    pub fn exchange(mut self, exchange: Arc<dyn Exchange>) -> Self {
        self.exchange = Some(exchange);
        self
    }

    /// Takes what is not set from the environment: credentials from the first source of the [`Chain`] that has any, the region from
    /// `ALIBABA_CLOUD_REGION_ID` or the profile, endpoints from `ALIBABA_CLOUD_SAE_ENDPOINT` and `ALIBABA_CLOUD_EDAS_ENDPOINT`. Empty
    /// variables count as missing. [`Builder::build`] fails if one isn't UTF-8.
    ///
    /// Credentials are looked up by the first call.
    pub fn environment(mut self) -> Self {
        self.reads_environment = true;
        self.load = Some(Self::load);
        self
    }

    /// Uses this environment instead of that of the process.
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// The configuration of a client.
    ///
    /// Fails with [`ErrorKind::Credentials`] if no source of credentials is set, and with [`ErrorKind::Config`] if a region or an
    /// endpoint is malformed.
    pub(crate) fn finish(mut self) -> Result<Config, Error> {
        let exchange = self.exchange.take().unwrap_or_else(|| Arc::new(Http::new()));
        if let Some(load) = self.load {
            load(&mut self, &exchange)?;
        }
        let credentials = self.credentials.ok_or_else(|| {
            let message =
                "no credentials: give them in code, name a profile, or take them from the environment";
            Error::new(ErrorKind::Credentials, message)
        })?;
        if let Some(region) = &self.region {
            check_region(region)?;
        }
        let mut settings = Settings::default();
        settings.scheme = self.scheme;
        settings.format = self.format;
        settings.region.clone_from(&self.region);
        settings.timeouts = self.timeouts;
        if let Some(name) = &self.app_name {
            settings.user_agent = UserAgent::of_app(name)?;
        }
        settings.retry = self.retry;
        settings.wait_while_busy = self.wait_while_busy;
        settings.answer_memory = self.answer_memory;
        settings.on_retry = self.on_retry;
        let set = [
            (&sae_models::sae::SERVICE, self.endpoint.clone().or(self.sae_endpoint)),
            (&sae_models::edas::SERVICE, self.endpoint.or(self.edas_endpoint)),
        ];
        let endpoints = Endpoints::new(set, self.region.as_deref(), self.vpc)?;
        Ok(Config { exchange, interceptors: self.interceptors, credentials, endpoints, settings })
    }

    /// Takes what is not set from environment and profile.
    fn load(&mut self, exchange: &Arc<dyn Exchange>) -> Result<(), Error> {
        let named = self.profile.take();
        let environment = self.environment.take().unwrap_or_default().or_exchange(exchange);
        environment.check()?;
        let looking = self.reads_environment;
        let variable = |name: &str| environment.variable(name).filter(|_| looking).map(str::to_owned);
        self.sae_endpoint = self.sae_endpoint.take().or_else(|| variable("ALIBABA_CLOUD_SAE_ENDPOINT"));
        self.edas_endpoint = self.edas_endpoint.take().or_else(|| variable("ALIBABA_CLOUD_EDAS_ENDPOINT"));
        let region = variable("ALIBABA_CLOUD_REGION_ID");
        let mut chain = Chain::new().with_environment(environment);
        // A profile that is set in code takes precedence over the environment.
        let first = match named {
            Some(name) => {
                chain = chain.profile(name);
                None
            }
            None => region.clone(),
        };
        self.region = self.region.take().or(first).or_else(|| chain.region()).or(region);
        self.credentials.get_or_insert_with(|| Arc::new(chain.refreshing()));
        Ok(())
    }
}

/// The parts of a client.
pub(crate) struct Config {
    pub(crate) exchange: Arc<dyn Exchange>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
    pub(crate) credentials: Arc<dyn ProvideCredentials>,
    pub(crate) endpoints: Endpoints,
    pub(crate) settings: Settings,
}

type Load = fn(&mut Builder, &Arc<dyn Exchange>) -> Result<(), Error>;

/// Without the endpoints, which may contain anything until they are checked.
impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("credentials", &self.credentials)
            .field("region", &self.region)
            .field("scheme", &self.scheme)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}
