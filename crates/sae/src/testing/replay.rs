//! Answers from a record.

use std::collections::VecDeque;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use sae_transport::client::{AttemptMark, Exchange, ExchangeError, ExchangeFuture, HttpRequest};
use sae_transport::redact::Members;
use sae_transport::{Answer, Any, Error, ErrorKind};

use super::cassette::{Cassette, Entry, Failure, Line, Mark, Outcome, Token, Wait};
use super::digest::Digests;
use super::script_error::ScriptError;
use super::scrub;
use crate::{Builder, Client, Credentials};

/// A service that answers from the record of a [`Recorder`](super::Recorder).
///
/// A request is answered by the first unused exchange of the record with the same operation and parameters. Secrets are compared by
/// their digests; a digest that a replayed answer contained, `(secret:…)`, counts as the value that it replaces. If the record has no
/// such exchange, the call fails with an error that names the operation and the parameters that differ.
///
/// What the client generates is as recorded: tokens of deployments, times and nonces of attempts, in their order for each application
/// and operation. So is the number of polls before a time is over (a patience, the time of a wait or of a call), whatever the clock
/// says. Signatures aren't compared.
///
/// A person may write a record without its first line, the key; its secrets are then the values themselves. Records of versions without
/// digests are refused if a parameter was secret: record them anew.
///
/// ```
/// use sae::model::DescribeNamespace;
/// use sae::testing::Replay;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let replay = Replay::new(
///     r#"{"product":"sae","operation":"DescribeNamespace","parameters":{"NamespaceId":"cn-hangzhou:shop"},"status":200,"body":{"Data":{"NamespaceName":"Shop"}}}"#,
/// )?;
/// let client = replay.client()?;
/// let error = client.send(DescribeNamespace::new().namespace_id("cn-hangzhou:other")).await.unwrap_err();
/// assert!(error.message().contains("NamespaceId"), "{error}");
///
/// let namespace = client.send(DescribeNamespace::new().namespace_id("cn-hangzhou:shop")).await?.into_data()?;
/// assert_eq!(namespace.namespace_name.as_deref(), Some("Shop"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Replay {
    find: scrub::Find,
    state: Arc<Mutex<State>>,
}

struct State {
    entries: Vec<Recorded>,
    tokens: VecDeque<Token>,
    waits: Vec<Wait>,
    /// `None` if the record has no key.
    digests: Option<Digests>,
    unanswered: Vec<String>,
}

struct Recorded {
    entry: Entry,
    /// Whether an attempt has used its time and nonce.
    is_marked: bool,
    used: bool,
}

impl Replay {
    /// Answers from the text of a record.
    ///
    /// Fails with [`ErrorKind::Config`] if a line is malformed, and names it.
    #[inline]
    pub fn new(cassette: &str) -> Result<Self, Error> {
        Self::read(cassette, scrub::registered)
    }

    /// Answers from a file.
    ///
    /// Fails with [`ErrorKind::Config`] if it can't be read.
    #[inline]
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::read_file(path.as_ref(), scrub::registered)
    }

    fn read(cassette: &str, find: scrub::Find) -> Result<Self, Error> {
        let (cassette, digests) = Cassette::read(cassette)?;
        let (mut entries, mut tokens, mut waits) = (Vec::new(), VecDeque::new(), Vec::new());
        for line in cassette.lines {
            match line {
                Line::Exchange(entry) => entries.push(Recorded { entry, is_marked: false, used: false }),
                Line::Token(token) => tokens.push_back(token),
                Line::Wait(wait) => waits.push(wait),
            }
        }
        let state = State { entries, tokens, waits, digests, unanswered: Vec::new() };
        Ok(Self { find, state: Arc::new(Mutex::new(state)) })
    }

    fn read_file(path: &Path, find: scrub::Find) -> Result<Self, Error> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("the cassette {} can't be read", path.display());
            Error::new(ErrorKind::Config, message).with_source(error)
        })?;
        Self::read(&text, find)
    }

    /// A client that calls this service.
    pub fn client(&self) -> Result<Client, Error> {
        self.builder().build()
    }

    /// The configuration of such a client.
    pub fn builder(&self) -> Builder {
        Client::builder()
            .credentials(Credentials::new("replay", "replay-secret"))
            .endpoint("http://replay.invalid")
            .exchange(Arc::new(self.clone()))
    }

    /// Fails if a request wasn't in the record, or if exchanges of the record weren't used.
    pub fn finish(&self) -> Result<(), ScriptError> {
        let state = self.state();
        let unused = state.entries.iter().filter(|recorded| !recorded.used);
        ScriptError::check(
            state.unanswered.iter().cloned(),
            unused.map(|recorded| (recorded.entry.operation.as_str(), 1)),
        )
    }

    fn take(&self, request: &HttpRequest) -> Result<Outcome, String> {
        let operation = request.operation().unwrap_or_default();
        let Some(registered) = (self.find)(request) else {
            return Err(format!("the spec has no operation {operation}"));
        };
        let product = registered.description.service.product;
        let state = &mut *self.state();
        let plain = scrub::plain(registered, request);
        let hidden = state.digests.as_mut().map(|digests| scrub::parameters(registered, request, digests));
        let (mut of_operation, mut equal) = (Vec::new(), 0);
        for recorded in &mut state.entries {
            let entry = &recorded.entry;
            if entry.operation != operation || entry.product != product {
                continue;
            }
            let differing = differing(&entry.parameters, &plain, hidden.as_ref().unwrap_or(&plain));
            if !differing.is_empty() {
                of_operation.push(differing);
            } else if recorded.used {
                equal += 1;
            } else {
                recorded.used = true;
                return Ok(entry.outcome.clone());
            }
        }
        state.unanswered.push(operation.to_owned());
        Err(match of_operation.into_iter().min_by_key(Vec::len) {
            _ if equal == 1 => {
                "the only exchange of the cassette with these parameters was used before".to_owned()
            }
            _ if equal > 1 => {
                format!("all {equal} exchanges of the cassette with these parameters were used before")
            }
            Some(differing) => format!(
                "the cassette has no exchange with these parameters; the nearest has another {}",
                differing.join(", ")
            ),
            None => "the cassette has no exchange of this operation".to_owned(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange for Replay {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let source = || "so it was recorded".into();
            match self.take(&request).map_err(ExchangeError::Unexpected)? {
                Outcome::Answer(status, headers, body) => {
                    let text = |value: Any| value.as_str().map_or_else(|| value.to_json(), str::to_owned);
                    let headers = headers.into_iter().map(|(name, value)| (name, text(value))).collect();
                    let body = body.map_or_else(String::new, |body| body.to_json());
                    Ok(Answer::new(status, headers, body.into_bytes()))
                }
                Outcome::Failure(Failure::NotSent) => Err(ExchangeError::NotSent(source())),
                Outcome::Failure(Failure::Broken) => {
                    Err(ExchangeError::Broken { source: source(), partial: None })
                }
                Outcome::Failure(Failure::TooLarge) => {
                    Err(ExchangeError::TooLarge { limit: 0, partial: Answer::default() })
                }
                // The client gives up, as it did when this was recorded.
                Outcome::Failure(Failure::Unanswered) => std::future::pending().await,
            }
        })
    }

    fn attempt_mark(&self, operation: &str, mark: AttemptMark) -> AttemptMark {
        let state = &mut *self.state();
        let mut entries = state.entries.iter_mut();
        let next = entries.find(|recorded| !recorded.is_marked && recorded.entry.operation == operation);
        let Some(recorded) = next else { return mark };
        recorded.is_marked = true;
        let Some(Mark { time, nonce }) = &recorded.entry.mark else { return mark };
        let since = Duration::from_secs(u64::try_from(*time).unwrap_or_default());
        let time = UNIX_EPOCH.checked_add(since).unwrap_or(mark.time);
        AttemptMark { time, nonce: nonce.clone() }
    }

    fn deployment_token(&self, application: &str, token: String) -> String {
        let state = &mut *self.state();
        let next = state.tokens.iter().position(|token| token.application == application);
        next.and_then(|at| state.tokens.remove(at)).map_or(token, |recorded| recorded.token)
    }

    /// A person who writes a record, without a key, doesn't count polls.
    fn is_time_over(&self, wait: &str, is_over: bool) -> bool {
        let state = &mut *self.state();
        let is_over = is_over && state.digests.is_none();
        let Some(at) = state.waits.iter().position(|recorded| recorded.name == wait) else { return is_over };
        match state.waits.get_mut(at) {
            Some(recorded) if recorded.looks > 0 => {
                recorded.looks -= 1;
                false
            }
            _ => {
                state.waits.remove(at);
                true
            }
        }
    }
}

/// Only the numbers of exchanges.
impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Replay")
            .field("entries", &state.entries.len())
            .field("used", &state.entries.iter().filter(|recorded| recorded.used).count())
            .finish_non_exhaustive()
    }
}

/// Names of the parameters that differ from the recorded ones. Both sides are given with secrets and with digests.
fn differing(recorded: &Members, plain: &Members, hidden: &Members) -> Vec<String> {
    let mut names: Vec<_> =
        recorded.keys().chain(plain.keys().filter(|name| !recorded.contains_key(*name))).collect();
    names.retain(|name| match recorded.get(*name) {
        None => true,
        recorded => recorded != plain.get(*name) && recorded != hidden.get(*name),
    });
    names.into_iter().cloned().collect()
}
