//! The seam between calls and HTTP.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;

use crate::{Answer, Method, Pair};

/// What sends a request and brings back its answer. One attempt: no retries, no redirects.
pub trait Exchange: fmt::Debug + Send + Sync {
    /// Sends the request. Dropping the future gives up.
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_>;
}

/// The answer to come.
pub type ExchangeFuture<'a> = Pin<Box<dyn Future<Output = Result<Answer, ExchangeError>> + Send + 'a>>;

/// A request, signed and ready.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// HTTP method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Headers, `Authorization` among them.
    pub headers: Vec<Pair<'static>>,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// A request without headers and body.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: Vec::new() }
    }
}

/// The method alone: parameters in the URL and header values may be secret.
impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

/// Why there is no answer, or not a whole one.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExchangeError {
    /// The request is none that can be sent: its address, for example, is no URL.
    Unsendable(Box<dyn StdError + Send + Sync>),
    /// Whoever stands in for the service has no answer to this request: a fake without a script for it. Says why, and names no
    /// value that may be secret.
    Unexpected(String),
    /// No connection: nothing was sent.
    NotSent(Box<dyn StdError + Send + Sync>),
    /// The connection broke, after the request may have been received.
    Broken {
        /// Why.
        source: Box<dyn StdError + Send + Sync>,
        /// What had come of the answer.
        partial: Option<Answer>,
    },
    /// The body of the answer is larger than the limit.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
        /// What had come of the answer.
        partial: Answer,
    },
}
