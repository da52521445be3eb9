//! HTTP by a reqwest client of the program. Nothing outside of this file knows reqwest.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, Response, Url};

use super::driver::driven;
use super::exchange::{Exchange, ExchangeError, ExchangeFuture, HttpRequest, MAX_BODY};
use crate::{Answer, Method};

/// Sends requests through a [`reqwest::Client`], with its proxies, DNS, TLS and whatever else it is built with.
///
/// The client has to make one attempt and follow no redirect: build it with
/// [`redirect::Policy::none()`](reqwest::redirect::Policy::none) and without retries other than reqwest's own. reqwest follows redirects
/// unless told otherwise, and doesn't tell whether it does. An answer from another address than the one that was called is refused, since
/// the signed request has been sent to somebody else by then, and the outcome of a write is unknown; a redirect to the same address can't
/// be noticed. A connection that fails may be the one after a redirect, so the outcome of a write is unknown then, too, unless
/// [`ReqwestExchange::without_redirects`] says that there are none. Headers that the client adds by default must not be among those that are signed.
///
/// Credentials of an instance role are asked for through the client, too. [`Http`](super::Http) never asks a proxy for them; with a proxy,
/// give it an exception for 100.100.100.200 ([`Proxy::no_proxy`](reqwest::Proxy::no_proxy)).
///
/// ```no_run
/// use std::sync::Arc;
/// use sae_transport::client::{Caller, ReqwestExchange};
///
/// let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
/// let caller = Caller::new(Arc::new(ReqwestExchange::new(client).max_body(1 << 20)));
/// # drop(caller);
/// # Ok::<(), reqwest::Error>(())
/// ```
#[derive(Clone)]
pub struct ReqwestExchange {
    client: reqwest::Client,
    max_body: usize,
    is_without_redirects: bool,
}

impl ReqwestExchange {
    /// Bodies up to 32 MiB, by a client that may follow redirects.
    pub fn new(client: reqwest::Client) -> Self {
        Self { client, max_body: MAX_BODY, is_without_redirects: false }
    }

    /// Says that the client is built with [`redirect::Policy::none()`](reqwest::redirect::Policy::none). Then nothing was sent if there is
    /// no connection ([`ErrorKind::Connect`](crate::ErrorKind::Connect)), and a write is tried again.
    #[must_use]
    pub fn without_redirects(mut self) -> Self {
        self.is_without_redirects = true;
        self
    }

    /// Refuses answers whose body is larger than this, in bytes.
    #[must_use]
    pub fn max_body(mut self, bytes: usize) -> Self {
        self.max_body = bytes;
        self
    }
}

impl From<reqwest::Client> for ReqwestExchange {
    fn from(client: reqwest::Client) -> Self {
        Self::new(client)
    }
}

/// Without the client, whose proxies may have passwords.
impl fmt::Debug for ReqwestExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestExchange").field("max_body", &self.max_body).finish_non_exhaustive()
    }
}

impl Exchange for ReqwestExchange {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let request = signed(request).map_err(ExchangeError::Unsendable)?;
            let url = request.url().clone();
            let response = driven(self.client.execute(request))
                .await
                .map_err(|missing| ExchangeError::Unsendable(missing.into()))?
                .map_err(|error| unanswered(error, self.is_without_redirects))?;
            if *response.url() != url {
                let to = response.url().host_str().unwrap_or_default().to_owned();
                return Err(ExchangeError::Redirected { to });
            }
            answer(response, self.max_body).await
        })
    }
}

fn signed(request: HttpRequest) -> Result<Request, Failure> {
    let url = Url::parse(&request.url)?;
    // Parsers of the Web take out `..`, and encode what they think has to be. What is signed is sent as it is, or not at all.
    if url.fragment().is_some() || path_and_query(url.as_str()) != path_and_query(&request.url) {
        return Err("reqwest would send another path than the one that is signed".into());
    }
    let mut out = Request::new(method(request.method), url);
    let mut headers = HeaderMap::with_capacity(request.headers.len());
    for (name, value) in request.headers {
        let name = HeaderName::try_from(&*name)?;
        let mut value = HeaderValue::try_from(&*value)?;
        value.set_sensitive(name == header::AUTHORIZATION);
        headers.append(name, value);
    }
    *out.headers_mut() = headers;
    if !request.body.is_empty() {
        *out.body_mut() = Some(request.body.into());
    }
    Ok(out)
}

fn path_and_query(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/")
}

async fn answer(mut response: Response, limit: usize) -> Result<Answer, ExchangeError> {
    let headers = response.headers().iter().map(|(name, value)| (name, text(value))).collect();
    let mut answer = Answer { status: response.status().as_u16(), headers, body: Vec::new() };
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if answer.body.len() + chunk.len() > limit => {
                return Err(ExchangeError::TooLarge { limit, partial: answer });
            }
            Ok(Some(chunk)) => answer.body.extend_from_slice(&chunk),
            Ok(None) => return Ok(answer),
            Err(error) => {
                let source = Box::new(error.without_url());
                return Err(ExchangeError::Broken { source, partial: Some(answer) });
            }
        }
    }
}

/// Nearly always ASCII.
fn text(value: &HeaderValue) -> Cow<'_, str> {
    value.to_str().map_or_else(|_| String::from_utf8_lossy(value.as_bytes()), Cow::Borrowed)
}

/// Without the address, whose parameters may be secret.
fn unanswered(error: reqwest::Error, is_without_redirects: bool) -> ExchangeError {
    let error = error.without_url();
    if error.is_builder() {
        ExchangeError::Unsendable(Box::new(error))
    } else if error.is_connect() && is_without_redirects {
        ExchangeError::NotSent(Box::new(error))
    } else {
        ExchangeError::Broken { source: Box::new(error), partial: None }
    }
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Delete => reqwest::Method::DELETE,
    }
}

type Failure = Box<dyn StdError + Send + Sync>;
