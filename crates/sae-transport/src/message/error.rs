//! The one error type.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use super::exit_code;
use crate::message::cause::innermost_cause;
use crate::message::server_text::{shown, shown_word};
use crate::text::escape_control;
use crate::{Answer, Candidate, Envelope, ErrorCode, ErrorInfo, Retry, RetryStop, Service};

/// Why a call failed.
///
/// Its first line always has what is known of code, message and request id. Kind and predicates tell what to do;
/// [`Error::answer`] still has the bytes that came, whatever went wrong with them.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    code: Option<ErrorCode>,
    info: Option<&'static ErrorInfo>,
    request_id: Option<String>,
    answer: Option<Answer>,
    retry_after: Option<Duration>,
    attempts: u32,
    elapsed: Option<Duration>,
    retry_stop: Option<RetryStop>,
    /// An interceptor ended the call with it.
    #[cfg(feature = "client")]
    is_final: bool,
    candidates: Vec<Candidate>,
    explanation: Option<String>,
    #[cfg(feature = "client")]
    signed: Option<crate::message::signed_text::SignedText>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client can't work as it is set up: no region, no endpoint, an address that is none.
    Config,
    /// There are no credentials, or none that can be used.
    Credentials,
    /// The request is refused before it is sent: a required parameter is missing, for example.
    Request,
    /// No connection to the service: nothing was sent.
    Connect,
    /// The time that the caller allowed is over.
    Timeout,
    /// The connection broke before the answer was whole.
    Transport,
    /// The service refused, with a code.
    Service,
    /// Nothing has the name that was looked for. [`Error::candidates`] are those most like it.
    NotFound,
    /// The name means more than one. [`Error::candidates`] are all of them.
    Ambiguous,
    /// A write was sent, and nothing tells whether it was accepted. Look before sending it again.
    OutcomeUnknown,
    /// The answer can't be read.
    Decode,
}

impl Error {
    /// An error of this kind with a message in lower case and without a full stop.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            code: None,
            info: None,
            request_id: None,
            answer: None,
            retry_after: None,
            attempts: 0,
            elapsed: None,
            retry_stop: None,
            #[cfg(feature = "client")]
            is_final: false,
            candidates: Vec::new(),
            explanation: None,
            #[cfg(feature = "client")]
            signed: None,
            source: None,
        }))
    }

    /// Adds the cause.
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// Adds the operation that failed.
    pub fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Adds the answer that came, and its request id if none is known yet.
    pub fn with_answer(mut self, answer: Answer) -> Self {
        if self.0.request_id.is_none() {
            self.0.request_id = answer.header("x-acs-request-id").map(shown_word);
        }
        self.0.answer = Some(answer);
        self
    }

    /// Adds what a name could mean.
    pub fn with_candidates(mut self, candidates: Vec<Candidate>) -> Self {
        self.0.candidates = candidates;
        self
    }

    /// Adds how many attempts were made, how long that took, and why there were no more.
    #[cfg(feature = "client")]
    pub(crate) fn with_attempts(mut self, attempts: u32, elapsed: Duration, stop: RetryStop) -> Self {
        self.0.attempts = attempts;
        self.0.elapsed = Some(elapsed);
        self.0.retry_stop = Some(stop);
        self
    }

    /// Adds the failure of the attempt before this one, if it has no cause of its own.
    #[cfg(feature = "client")]
    pub(crate) fn after(self, previous: Option<Self>) -> Self {
        match previous {
            Some(previous) if self.0.source.is_none() => self.with_source(previous),
            _ => self,
        }
    }

    /// A refusal by the service or its gateway.
    pub fn refused(service: &'static Service, envelope: &Envelope, answer: Answer) -> Self {
        let code = envelope.failure_code();
        // The server's string-to-sign holds every parameter, secrets among them. The answer still has it.
        let said = envelope.message.as_deref().map(sae_sign::explain::without_server_text);
        let said = said.filter(|message| !message.is_empty());
        let message = match said {
            Some(message) => shown(message, LONGEST_MESSAGE),
            None if (300..400).contains(&answer.status) => {
                format!("HTTP {}: redirects are never followed with credentials", answer.status)
            }
            None => format!("HTTP {} without a message", answer.status),
        };
        let mut error = Self::new(ErrorKind::Service, message);
        error.0.info = code.and_then(|code| service.error(code));
        error.0.code = code.map(|code| match error.0.info {
            Some(info) => ErrorCode::from_static(info.code),
            None => ErrorCode::from(shown_word(code)),
        });
        error.0.request_id = envelope.request_id.as_deref().map(shown_word);
        error.with_answer(answer)
    }

    /// If the signature was refused: why, found by comparing what was signed with what the server says it should have been.
    #[cfg(feature = "client")]
    pub(crate) fn with_explanation(
        mut self,
        signed: &crate::message::signed_text::SignedText,
        credentials: &sae_sign::Credentials<'_>,
    ) -> Self {
        let refused = self.code().is_some_and(|code| SIGNATURE_REFUSED.contains(&code.as_str()));
        let said = self.answer().filter(|_| refused).and_then(|answer| {
            let mut envelope = Envelope::default();
            answer.read(&mut envelope, &mut crate::message::envelope::Nothing).ok()?;
            envelope.message
        });
        if let Some(said) = said {
            self.0.explanation = Some(signed.explain(&said, credentials));
            self.0.signed = Some(signed.clone());
        }
        self
    }

    /// Adds the wait that the answer asks for.
    #[cfg(feature = "client")]
    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn no_data(envelope: &Envelope, answer: &Answer) -> Self {
        Self::new(ErrorKind::Decode, "the answer has no Data")
            .with_envelope(envelope)
            .with_answer(answer.clone())
    }

    /// Adds the request id that the answer has.
    pub(crate) fn with_envelope(mut self, envelope: &Envelope) -> Self {
        self.0.request_id = envelope.request_id.as_deref().map(shown_word);
        self
    }

    /// The same failure of a write that may have been accepted.
    #[cfg(feature = "client")]
    pub(crate) fn into_outcome_unknown(mut self) -> Self {
        self.0.kind = ErrorKind::OutcomeUnknown;
        self
    }

    /// The same failure, after which nothing is repeated.
    #[cfg(feature = "client")]
    pub(crate) fn into_final(mut self) -> Self {
        self.0.is_final = true;
        self
    }

    /// Whether nothing is repeated after it, whatever its kind and code.
    #[cfg(feature = "client")]
    pub(crate) fn is_final(&self) -> bool {
        self.0.is_final
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The error code, if the service answered one.
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.code.as_ref()
    }

    /// Whether the service answered this code.
    pub fn is(&self, code: &ErrorCode) -> bool {
        self.code() == Some(code)
    }

    /// The message, without code and request id.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Identifier of the request, if the service got to say one.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The operation that failed.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// HTTP status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        self.0.answer.as_ref().map(|answer| answer.status)
    }

    /// The answer as it came, if there was one.
    pub fn answer(&self) -> Option<&Answer> {
        self.0.answer.as_ref()
    }

    /// How long the service asks to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many attempts the call made. None if it was refused before the first.
    ///
    /// The error is the failure of the last attempt. If that timed out, which says little, [`Error::previous`] is the failure before it.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the call took until it failed, waits between attempts included. Nothing if it made no attempt.
    pub fn elapsed(&self) -> Option<Duration> {
        self.0.elapsed
    }

    /// If the last attempt timed out: the failure of the attempt before it, which is also its [source](StdError::source).
    pub fn previous(&self) -> Option<&Self> {
        self.0.source.as_ref().and_then(|source| source.downcast_ref())
    }

    /// Why the call made no more attempts. Nothing if it made none.
    pub fn retry_stop(&self) -> Option<RetryStop> {
        self.0.retry_stop
    }

    /// What a name could mean, if the error is that it means nothing ([`ErrorKind::NotFound`]) or more than one thing
    /// ([`ErrorKind::Ambiguous`]).
    pub fn candidates(&self) -> &[Candidate] {
        &self.0.candidates
    }

    /// What the documentation says about the code.
    pub fn info(&self) -> Option<&'static ErrorInfo> {
        self.0.info
    }

    /// One line on what to do, where the code is a known one. If the outcome is unknown that comes first, whatever the code.
    pub fn advice(&self) -> Option<&'static str> {
        match self.0.kind {
            ErrorKind::OutcomeUnknown => Some(
                "Look whether the change happened before you send it again; ListChangeOrders shows change orders.",
            ),
            _ => self.0.info.map(|info| info.advice),
        }
    }

    /// The exit code of a program that ends with this error, one of [`exit_code`]: 2 if the request or the configuration is wrong or a
    /// name is ambiguous, 3 if the service refused or knows nothing of that name, 4 if the outcome is unknown, 8 if waiting timed out,
    /// else 1.
    ///
    /// ```
    /// use sae_transport::{Error, ErrorKind};
    ///
    /// assert_eq!(Error::new(ErrorKind::OutcomeUnknown, "the connection broke").exit_code(), 4);
    /// ```
    pub fn exit_code(&self) -> u8 {
        match self.0.kind {
            ErrorKind::Config | ErrorKind::Request | ErrorKind::Ambiguous => exit_code::USAGE,
            ErrorKind::Service | ErrorKind::NotFound => exit_code::REFUSED,
            ErrorKind::OutcomeUnknown => exit_code::OUTCOME_UNKNOWN,
            ErrorKind::Timeout => exit_code::TIMED_OUT,
            ErrorKind::Credentials | ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Decode => {
                exit_code::FAILURE
            }
        }
    }

    /// If the signature was refused: the cause, found by comparing both sides' string-to-sign. Shows no value that may be secret.
    pub fn explanation(&self) -> Option<&str> {
        self.0.explanation.as_deref()
    }

    /// If the signature was refused: what this client signed, to be laid beside the server's text, which [`Error::answer`] has. Both hold
    /// parameters, which may be secret.
    #[cfg(feature = "client")]
    pub fn signed_text(&self) -> Option<&crate::message::signed_text::SignedText> {
        self.0.signed.as_ref()
    }

    /// A word for traces and metrics, of which there are few: the error code if it is a documented one, else the HTTP status of a refusal,
    /// else the kind. It is the attribute `error.type` of OpenTelemetry.
    ///
    /// ```
    /// use sae_transport::{Error, ErrorKind};
    ///
    /// assert_eq!(Error::new(ErrorKind::Timeout, "no answer within 30 s").error_type(), "Timeout");
    /// ```
    pub fn error_type(&self) -> Cow<'static, str> {
        match (self.0.info, self.status()) {
            (Some(info), _) => Cow::Borrowed(info.code),
            // A code that isn't documented could be any text.
            (None, Some(status)) if self.0.kind == ErrorKind::Service => Cow::Owned(status.to_string()),
            _ => Cow::Owned(format!("{:?}", self.0.kind)),
        }
    }

    /// Whether a write was sent and nothing tells whether it was accepted.
    pub fn is_outcome_unknown(&self) -> bool {
        self.0.kind == ErrorKind::OutcomeUnknown
    }

    /// Whether the service refused because of too many requests.
    pub fn is_throttled(&self) -> bool {
        self.retry() == Retry::Throttled
    }

    /// Whether the service refused because another change runs.
    pub fn is_busy(&self) -> bool {
        self.retry() == Retry::Busy
    }

    /// Whether the HTTP status tells of a fault on the server's side.
    pub(crate) fn is_server_fault(&self) -> bool {
        self.status().is_some_and(|status| status >= 500)
    }

    /// Whether what the call is about doesn't exist. The service says so with 404 and with 400; an unknown access key or a wrong
    /// parameter, whose codes end alike, is something else.
    pub fn is_not_found(&self) -> bool {
        if self.0.kind == ErrorKind::NotFound {
            return true;
        }
        match (self.0.info, self.code()) {
            (Some(info), _) => info.absent,
            (None, Some(code)) if !code.as_str().bytes().all(|byte| byte.is_ascii_digit()) => {
                code.as_str().ends_with(".NotFound")
            }
            _ => self.status() == Some(404),
        }
    }

    /// Whether trying again can help. Never if an interceptor of the client ended the call.
    pub fn retry(&self) -> Retry {
        #[cfg(feature = "client")]
        if self.is_final() {
            return Retry::Never;
        }
        // Sending a write again that may have been accepted is what nobody must do by rote.
        if self.0.kind == ErrorKind::OutcomeUnknown {
            return Retry::Never;
        }
        if let Some(info) = self.0.info {
            return info.retry;
        }
        let throttled = |code: &ErrorCode| code.as_str().starts_with("Throttling");
        match self.0.kind {
            ErrorKind::Service if self.code().is_some_and(throttled) || self.status() == Some(429) => {
                Retry::Throttled
            }
            ErrorKind::Service if self.is_server_fault() => Retry::Transient,
            ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => Retry::Transient,
            _ => Retry::Never,
        }
    }
}

#[cfg(feature = "client")]
const SIGNATURE_REFUSED: [&str; 2] = ["SignatureDoesNotMatch", "IncompleteSignature"];

/// In bytes: a message has a few sentences.
const LONGEST_MESSAGE: usize = 2048;

/// In one line; `{:#}` adds the innermost cause.
///
/// ```
/// use sae_transport::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Connect, "no connection: nothing was sent").with_source("connection refused");
/// assert_eq!(error.to_string(), "no connection: nothing was sent");
/// assert_eq!(format!("{error:#}"), "no connection: nothing was sent: connection refused");
/// ```
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_line(f)?;
        match self.source().filter(|_| f.alternate()) {
            Some(cause) => write!(f, ": {}", escape_control(&innermost_cause(cause).to_string())),
            None => Ok(()),
        }
    }
}

impl Error {
    fn write_line(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        if inner.kind == ErrorKind::OutcomeUnknown {
            f.write_str("outcome unknown: ")?;
        }
        if let Some(code) = &inner.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&inner.message)?;
        let attempts = inner.retry_stop.and_then(|stop| stop.words(inner.attempts));
        match (&inner.request_id, attempts) {
            (Some(id), Some(attempts)) => write!(f, " (request id {id}; {attempts})"),
            (Some(id), None) => write!(f, " (request id {id})"),
            (None, Some(attempts)) => write!(f, " ({attempts})"),
            (None, None) => Ok(()),
        }
    }
}

/// What `Display` says, in fields; what people see where an error ends `main`.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind);
        let texts = [
            ("operation", inner.operation),
            ("code", inner.code.as_ref().map(ErrorCode::as_str)),
            ("message", Some(inner.message.as_str())),
            ("request_id", inner.request_id.as_deref()),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                out.field(name, &text);
            }
        }
        if let Some(stop) = inner.retry_stop {
            out.field("attempts", &inner.attempts).field("retry_stop", &stop);
        }
        if let Some(answer) = &inner.answer {
            out.field("answer", answer);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        out.finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn StdError + 'static))
    }
}
