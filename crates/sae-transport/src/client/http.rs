//! HTTP by reqwest, TLS by rustls with ring. The only file that knows either.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::Verifier;

use super::exchange::{Exchange, ExchangeError, ExchangeFuture, HttpRequest};
use crate::{Answer, Method};

/// Real HTTP: HTTP/1.1 with connections kept alive, never a redirect. Proxies come from the environment, except for addresses that
/// no proxy can reach: those of this machine, and the instance metadata of the cloud, which hands out credentials.
#[derive(Clone, Default)]
pub struct Http {
    clients: Arc<Clients>,
    max_body: Option<usize>,
}

/// Each is made when the first request of its kind is sent: reading the system's root certificates takes milliseconds, which a call
/// over plain HTTP need not wait for.
#[derive(Default)]
struct Clients {
    loopback: OnceLock<reqwest::Client>,
    plain: OnceLock<reqwest::Client>,
    tls: OnceLock<reqwest::Client>,
}

impl Http {
    /// Bodies up to 32 MiB.
    pub fn new() -> Self {
        Self::default()
    }

    /// Refuses answers whose body is larger than this, in bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = Some(bytes);
        self
    }

    fn client(&self, url: &str) -> Result<&reqwest::Client, ExchangeError> {
        let https = url.starts_with("https:");
        let loopback = UNPROXIED.iter().any(|origin| url.starts_with(origin));
        let cell = match (https, loopback) {
            (true, _) => &self.clients.tls,
            (false, true) => &self.clients.loopback,
            (false, false) => &self.clients.plain,
        };
        if let Some(client) = cell.get() {
            return Ok(client);
        }
        let client = build(https, loopback).map_err(ExchangeError::Unsendable)?;
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
            let limit = self.max_body.unwrap_or(MAX_BODY);
            let client = self.client(&request.url)?;
            let mut builder = client.request(method(request.method), &request.url).body(request.body);
            for (name, value) in &request.headers {
                let mut value = reqwest::header::HeaderValue::from_str(value)
                    .map_err(|error| ExchangeError::Unsendable(Box::new(error)))?;
                value.set_sensitive(name.eq_ignore_ascii_case("authorization"));
                builder = builder.header(name.as_ref(), value);
            }
            let response = builder.send().await.map_err(|error| failure(error, None))?;
            answer(response, limit).await
        })
    }
}

async fn answer(mut response: reqwest::Response, limit: usize) -> Result<Answer, ExchangeError> {
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value)));
    let mut answer = Answer::new(response.status().as_u16(), headers.collect(), Vec::new());
    loop {
        match response.chunk().await {
            Ok(None) => return Ok(answer),
            Ok(Some(chunk)) if answer.body.len() + chunk.len() > limit => {
                return Err(ExchangeError::TooLarge { limit, partial: answer });
            }
            Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
            Err(error) => return Err(failure(error, Some(answer))),
        }
    }
}

/// reqwest's own errors show the URL, and the URL shows every parameter.
fn failure(error: reqwest::Error, partial: Option<Answer>) -> ExchangeError {
    let (unsendable, not_sent) = (error.is_builder(), error.is_connect());
    let source = Box::new(error.without_url());
    match (unsendable, not_sent) {
        (true, _) => ExchangeError::Unsendable(source),
        (_, true) => ExchangeError::NotSent(source),
        _ => ExchangeError::Broken { source, partial },
    }
}

fn build(https: bool, loopback: bool) -> Result<reqwest::Client, Box<dyn StdError + Send + Sync>> {
    let mut client = reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .tls_backend_preconfigured(if https { system_roots()? } else { no_roots()? });
    if loopback {
        client = client.no_proxy();
    }
    Ok(client.build()?)
}

fn system_roots() -> Result<ClientConfig, Box<dyn StdError + Send + Sync>> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

/// For plain HTTP, where no certificate is ever looked at.
fn no_roots() -> Result<ClientConfig, Box<dyn StdError + Send + Sync>> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    Ok(config)
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

/// As in all official SDKs.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_BODY: usize = 32 << 20;
/// Addresses of this machine and of its instance metadata.
const UNPROXIED: [&str; 4] = ["http://127.", "http://localhost", "http://[::1]", "http://100.100.100.200"];
