//! HTTP by hyper, TLS by rustls with ring (feature `tls`). Nothing outside of this file and its folder knows either.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, OnceLock};
#[cfg(feature = "http2")]
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::http::uri::Scheme;
use hyper::{Request, Response, Uri};
use hyper_util::client::legacy;
use hyper_util::client::proxy::matcher::Intercept;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use self::config::Config;
use self::connect_error::Failure;
use self::connector::Connector;
#[cfg(not(feature = "tls"))]
use self::without_tls as tls;
use super::driver::NoDriver;
use super::exchange::{Exchange, ExchangeError, ExchangeFuture, HttpRequest, MAX_BODY};
use crate::{Answer, Method, Pair};

pub use self::builder::HttpBuilder;
#[cfg(feature = "tls")]
pub use self::tls::Roots;

mod builder;
mod config;
mod connect_error;
mod connector;
mod proxies;
mod stream;
#[cfg(feature = "tls")]
mod tls;
#[cfg(feature = "tls")]
mod tls_error;
#[cfg(not(feature = "tls"))]
mod without_tls;

/// Real HTTP by the client that this crate brings: connections kept alive, never a redirect.
///
/// With the defaults it speaks HTTP/1.1 and trusts the authorities of the operating system. Proxies come from the environment, except
/// for addresses that no proxy can reach: those of this machine, and the instance metadata of the cloud, which hands out credentials.
/// [`Http::builder`] sets all of it in code. Clones share connections.
#[derive(Clone, Default)]
pub struct Http {
    shared: Arc<Shared>,
    max_body: Option<usize>,
}

/// Each client is made when the first request of its kind is sent: reading the system's root certificates takes milliseconds, which
/// a call over plain HTTP need not wait for.
#[derive(Default)]
struct Shared {
    config: Config,
    plain: OnceLock<Client>,
    tls: OnceLock<Client>,
}

impl Shared {
    fn new(config: Config) -> Self {
        Self { config, plain: OnceLock::new(), tls: OnceLock::new() }
    }
}

impl Http {
    /// HTTP with the defaults of [`HttpBuilder`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses answers whose body is larger than this, in bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    fn client(&self, url: &str) -> Result<&Client, ExchangeError> {
        let https = url.starts_with("https:");
        let cell = if https { &self.shared.tls } else { &self.shared.plain };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let client = Client::new(&self.shared.config, https).map_err(ExchangeError::Unsendable)?;
        Ok(cell.get_or_init(|| client))
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").finish_non_exhaustive()
    }
}

impl Exchange for Http {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let client = self.client(&request.url)?;
            let request = client.request(request).map_err(ExchangeError::Unsendable)?;
            let response = client.pool.request(request).await.map_err(unanswered)?;
            answer(response, self.max_body.unwrap_or(MAX_BODY)).await
        })
    }
}

/// Connections that are kept, and what makes new ones.
struct Client {
    pool: legacy::Client<Connector, Full<Bytes>>,
    connector: Connector,
}

impl Client {
    fn new(config: &Config, https: bool) -> Result<Self, Failure> {
        let connector = Connector::new(config, https)?;
        let mut pool = legacy::Client::builder(TokioExecutor::new());
        pool.pool_timer(TokioTimer::new())
            .pool_idle_timeout(config.idle_timeout)
            .pool_max_idle_per_host(config.max_idle_per_host);
        // A call that gives up leaves a connection of HTTP/2 open for the next one, also if it is dead.
        #[cfg(feature = "http2")]
        pool.timer(TokioTimer::new())
            .http2_keep_alive_interval(PING_AFTER)
            .http2_keep_alive_timeout(PING_TIMEOUT);
        Ok(Self { pool: pool.build(connector.clone()), connector })
    }

    fn request(&self, request: HttpRequest) -> Result<Request<Full<Bytes>>, Failure> {
        let uri = Uri::try_from(request.url)?;
        let mut out = Request::new(Full::from(request.body));
        *out.method_mut() = method(request.method);
        let headers = out.headers_mut();
        headers.reserve(request.headers.len() + 1);
        for header in request.headers {
            let (name, value) = own_header(header)?;
            headers.append(name, value);
        }
        let proxy = self.connector.proxy(&uri)?;
        // A tunnel is asked for with the key, and what goes through it is not for the proxy.
        if uri.scheme() == Some(&Scheme::HTTP)
            && let Some(key) = proxy.and_then(Intercept::basic_auth)
        {
            headers.insert(header::PROXY_AUTHORIZATION, key.clone());
        }
        *out.uri_mut() = uri;
        Ok(out)
    }
}

fn own_header((name, value): Pair<'static>) -> Result<(HeaderName, HeaderValue), Failure> {
    let name = match OWN_NAMES.iter().find(|own| own.as_str() == name) {
        Some(own) => own.clone(),
        None => HeaderName::try_from(&*name)?,
    };
    let bytes = match value {
        Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
        Cow::Owned(text) => Bytes::from(text),
    };
    let mut value = HeaderValue::from_maybe_shared(bytes)?;
    value.set_sensitive(name == header::AUTHORIZATION);
    Ok((name, value))
}

async fn answer(response: Response<Incoming>, limit: usize) -> Result<Answer, ExchangeError> {
    let (head, mut body) = response.into_parts();
    let headers = head.headers.iter().map(|(name, value)| (name, text(value)));
    let mut answer = Answer { status: head.status.as_u16(), headers: headers.collect(), body: Vec::new() };
    while let Some(frame) = body.frame().await {
        match frame.map(hyper::body::Frame::into_data) {
            Ok(Ok(chunk)) if answer.body.len() + chunk.len() > limit => {
                return Err(ExchangeError::TooLarge { limit, partial: answer });
            }
            Ok(Ok(chunk)) => answer.body.extend_from_slice(&chunk),
            // Trailers, in which no service says anything.
            Ok(Err(_)) => {}
            Err(error) => {
                return Err(ExchangeError::Broken { source: Box::new(error), partial: Some(answer) });
            }
        }
    }
    Ok(answer)
}

/// Nearly always ASCII.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    value.to_str().map_or_else(|_| String::from_utf8_lossy(value.as_bytes()), Cow::Borrowed)
}

fn unanswered(error: legacy::Error) -> ExchangeError {
    if connect_error::has_cause(&error, <dyn StdError>::is::<NoDriver>) {
        return ExchangeError::Unsendable(NoDriver.into());
    }
    #[cfg(feature = "tls")]
    if connect_error::has_cause(&error, tls_error::is_client_refused) {
        return ExchangeError::NotSent(connect_error::ConnectError::of(error.into(), false));
    }
    if error.is_connect() {
        ExchangeError::NotSent(Box::new(error))
    } else {
        ExchangeError::Broken { source: Box::new(error), partial: None }
    }
}

fn method(method: Method) -> hyper::Method {
    match method {
        Method::Get => hyper::Method::GET,
        Method::Post => hyper::Method::POST,
        Method::Put => hyper::Method::PUT,
        Method::Delete => hyper::Method::DELETE,
    }
}

/// How long a connection of HTTP/2 that is in use may be silent before it is asked for a sign of life.
#[cfg(feature = "http2")]
const PING_AFTER: Duration = Duration::from_secs(15);
/// How long the sign of life may take before the connection is given up.
#[cfg(feature = "http2")]
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// Headers of every call that HTTP has no word for: made here, their names need no memory of their own.
static OWN_NAMES: [HeaderName; 9] = [
    HeaderName::from_static("x-acs-action"),
    HeaderName::from_static("x-acs-version"),
    HeaderName::from_static("x-acs-signature-nonce"),
    HeaderName::from_static("x-acs-region-id"),
    HeaderName::from_static("x-acs-date"),
    HeaderName::from_static("x-acs-content-sha256"),
    HeaderName::from_static("x-acs-security-token"),
    HeaderName::from_static("x-acs-signature-method"),
    HeaderName::from_static("x-acs-signature-version"),
];
