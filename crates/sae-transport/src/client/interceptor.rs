//! What a program adds to calls, and is told of them.

use std::fmt;
use std::time::Duration;

use super::Endpoint;
use crate::{Answer, Effect, Error, ErrorCode, ErrorKind, Method, Pair};

/// Is told of calls and attempts, and may add headers before an attempt is signed.
///
/// Interceptors are called in the order in which they were registered, on the task of the call: they must return soon, and not block. Each
/// method does nothing unless it is written. If the future of a call is dropped, no further method is called for it.
///
/// # What an interceptor sees
///
/// The operation, the endpoint, numbers and times, and of an answer its status, its headers, request id and error code. It sees no
/// parameter, no body, neither of a request nor of an answer, no credentials and no signature, and it can't change or read headers that
/// others have set.
///
/// ```
/// use sae_transport::Error;
/// use sae_transport::client::{ExtraHeaders, Interceptor, InterceptorContext};
///
/// /// Marks every request of one deployment pipeline.
/// #[derive(Debug)]
/// struct Pipeline(String);
///
/// impl Interceptor for Pipeline {
///     fn before_signing(&self, _: &InterceptorContext<'_>, headers: &mut ExtraHeaders) -> Result<(), Error> {
///         headers.insert("x-pipeline", &self.0)
///     }
/// }
/// ```
pub trait Interceptor: fmt::Debug + Send + Sync {
    /// Before the first attempt of a call.
    fn before_call(&self, context: &InterceptorContext<'_>) {
        let _ = context;
    }

    /// Before each attempt is signed, when credentials are there. An error, of whatever kind, ends the call: this attempt isn't sent, and
    /// no other follows.
    ///
    /// With the feature `tracing` the current span is that of the attempt, so this is the place to send its context along.
    fn before_signing(
        &self,
        context: &InterceptorContext<'_>,
        headers: &mut ExtraHeaders,
    ) -> Result<(), Error> {
        let _ = (context, headers);
        Ok(())
    }

    /// After each attempt, whether it was answered or not.
    fn after_attempt(&self, context: &InterceptorContext<'_>, outcome: &InterceptorOutcome<'_>) {
        let _ = (context, outcome);
    }

    /// After the last attempt of a call.
    fn after_call(&self, context: &InterceptorContext<'_>, outcome: &InterceptorOutcome<'_>) {
        let _ = (context, outcome);
    }
}

/// The call that an [`Interceptor`] is told of.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct InterceptorContext<'a> {
    /// Wire name of the operation.
    pub operation: &'static str,
    /// Product code of its service: `sae`.
    pub product: &'static str,
    /// Whether it changes anything.
    pub effect: Effect,
    /// HTTP method.
    pub method: Method,
    /// Where it is sent.
    pub endpoint: &'a Endpoint,
    /// Number of the attempt, counted from one over the whole call. After the call: how many there were; before it, none.
    pub attempt: u32,
    /// How long the attempt has taken, or the call where it is about the call.
    pub elapsed: Duration,
}

/// How an attempt or a call went.
#[derive(Clone, Copy)]
pub struct InterceptorOutcome<'a> {
    answer: Option<&'a Answer>,
    request_id: Option<&'a str>,
    error: Option<&'a Error>,
}

impl<'a> InterceptorOutcome<'a> {
    pub(super) fn of(result: Result<(&'a Answer, Option<&'a str>), &'a Error>) -> Self {
        match result {
            Ok((answer, request_id)) => Self { answer: Some(answer), request_id, error: None },
            Err(error) => Self { answer: error.answer(), request_id: error.request_id(), error: Some(error) },
        }
    }

    /// Whether it succeeded.
    pub fn is_success(&self) -> bool {
        self.error.is_none()
    }

    /// HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.answer.map(|answer| answer.status)
    }

    /// A header of the answer, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.answer.and_then(|answer| answer.header(name))
    }

    /// Identifier of the request, if the service said one.
    pub fn request_id(&self) -> Option<&'a str> {
        self.request_id
    }

    /// What kind of failure it was, if it failed.
    pub fn error_kind(&self) -> Option<ErrorKind> {
        self.error.map(Error::kind)
    }

    /// The error code, if the service answered one.
    pub fn error_code(&self) -> Option<&'a ErrorCode> {
        self.error.and_then(Error::code)
    }
}

/// Without texts of the service, which may quote parameters.
impl fmt::Debug for InterceptorOutcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InterceptorOutcome")
            .field("status", &self.status())
            .field("error_kind", &self.error_kind())
            .finish_non_exhaustive()
    }
}

/// Headers that interceptors add to an attempt.
#[derive(Default)]
pub struct ExtraHeaders(Vec<Pair<'static>>);

impl ExtraHeaders {
    /// Adds a header, in place of one of this name that was added before. Case doesn't matter in names.
    ///
    /// Fails with [`ErrorKind::Config`] if the name is no token of HTTP, or is one of the headers that the client, HTTP and the signature
    /// need (`authorization`, `host`, `content-type` and others, and all that begin with `x-acs-`), and if the value has other than
    /// visible characters of ASCII, spaces and tabs.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let name = name.to_ascii_lowercase();
        let refuse = |why: &str| Err(Error::new(ErrorKind::Config, format!("an interceptor's header {why}")));
        if name.is_empty() || !name.bytes().all(is_token) {
            return refuse("has an invalid name");
        }
        if name.starts_with("x-acs-") || RESERVED.contains(&name.as_str()) {
            return refuse(&format!("{name} is one that the client sets"));
        }
        if !value.bytes().all(|byte| matches!(byte, b'\t' | b' '..=b'~')) {
            return refuse(&format!("{name} has a value that can't be sent"));
        }
        self.0.retain(|(known, _)| *known != name);
        self.0.push((name.into(), value.to_owned().into()));
        Ok(())
    }

    pub(super) fn into_pairs(self) -> Vec<Pair<'static>> {
        self.0
    }
}

/// Names alone.
impl fmt::Debug for ExtraHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What the client, HTTP or a signature sets.
const RESERVED: [&str; 17] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-md5",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];
