//! The seam between calls and HTTP.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::SystemTime;

use crate::text::escape_control;
use crate::{Answer, Method, Pair};

/// What sends a request and brings back its answer: the seam between calls and HTTP.
///
/// Above it a call is signed, repeated, limited in time and read. Below it is one attempt, and an implementation makes just that:
///
/// - it sends the request as it is: method, URL and headers are signed;
/// - it follows no redirect and repeats nothing. A 3xx is an answer like any other;
/// - it limits the body, since nothing above does ([`ExchangeError::TooLarge`]);
/// - it tells failures apart. [`ExchangeError::NotSent`] is only for what can't have reached the service: a write is sent again then. If
///   in doubt it is [`ExchangeError::Broken`], which leaves the outcome of a write unknown;
/// - it stops when its future is dropped, which is how a call's time ends;
/// - its `Debug` and its errors hold no header and no parameter of a request.
///
/// [`Http`](super::Http) is what is used unless a program brings another. One in front of another passes `exchange` and the other
/// methods on:
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use sae_transport::client::{AttemptMark, Exchange, ExchangeFuture, HttpRequest};
///
/// /// Counts attempts.
/// #[derive(Debug)]
/// struct Counted<E>(E, AtomicU64);
///
/// impl<E: Exchange> Exchange for Counted<E> {
///     fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
///         self.1.fetch_add(1, Ordering::Relaxed);
///         self.0.exchange(request)
///     }
///
///     fn attempt_mark(&self, operation: &str, mark: AttemptMark) -> AttemptMark {
///         self.0.attempt_mark(operation, mark)
///     }
///
///     fn deployment_token(&self, application: &str, token: String) -> String {
///         self.0.deployment_token(application, token)
///     }
///
///     fn is_time_over(&self, wait: &str, is_over: bool) -> bool {
///         self.0.is_time_over(wait, is_over)
///     }
/// }
/// ```
pub trait Exchange: fmt::Debug + Send + Sync {
    /// Sends the request. Dropping the future gives up.
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_>;

    /// What is to make an attempt to call an operation differ from all others, given what the client has made up for it.
    ///
    /// What records calls keeps it, and what replays them answers with what was kept. An exchange around another one passes it on.
    fn attempt_mark(&self, operation: &str, mark: AttemptMark) -> AttemptMark {
        let _ = operation;
        mark
    }

    /// The token that is to mark a deployment of an application, given the one that the client has made up. As
    /// [`Exchange::attempt_mark`].
    fn deployment_token(&self, application: &str, token: String) -> String {
        let _ = application;
        token
    }

    /// Whether a time is over that a loop of calls goes on for, given what the clock says; `wait` names the time and what is waited
    /// for. Asked each time that the loop could end. As [`Exchange::attempt_mark`]: a replay takes less time or more, and has the answers
    /// of as many calls as were made then.
    fn is_time_over(&self, wait: &str, is_over: bool) -> bool {
        let _ = wait;
        is_over
    }
}

/// What makes an attempt differ from all others.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what every signature scheme has")]
pub struct AttemptMark {
    /// Its time, by the service's clock.
    pub time: SystemTime,
    /// A value that no other request has.
    pub nonce: String,
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
    /// The answer came by way of a redirect, so the signed request went to somebody else, too. It isn't sent again.
    Redirected {
        /// The host that the answer is from.
        to: String,
    },
    /// The body of the answer is larger than the limit.
    TooLarge {
        /// The limit in bytes.
        limit: usize,
        /// What had come of the answer.
        partial: Answer,
    },
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsendable(_) => f.write_str("the request can't be sent"),
            Self::Unexpected(why) => f.write_str(why),
            Self::NotSent(_) => f.write_str("no connection: nothing was sent"),
            Self::Broken { .. } => f.write_str("the connection broke before the answer was whole"),
            Self::Redirected { to } => write!(
                f,
                "the HTTP client followed a redirect to {} with the signed request; make it follow none",
                escape_control(to)
            ),
            Self::TooLarge { limit, .. } => {
                write!(f, "the answer is larger than the limit of {limit} bytes")
            }
        }
    }
}

impl StdError for ExchangeError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Unsendable(source) | Self::NotSent(source) | Self::Broken { source, .. } => Some(&**source),
            Self::Unexpected(_) | Self::Redirected { .. } | Self::TooLarge { .. } => None,
        }
    }
}

/// How large the body of an answer may be unless somebody sets another limit, in bytes.
pub(super) const MAX_BODY: usize = 32 << 20;
