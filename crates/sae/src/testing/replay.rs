//! Answers from what was recorded.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sae_transport::client::{Exchange, ExchangeError, ExchangeFuture, HttpRequest};
use sae_transport::{Answer, Any, Error, ErrorKind};

use super::cassette::{self, Entry, Failure, Outcome};
use super::scrub::{Members, SECRET, Secrets, registered};
use super::unfinished::Unfinished;
use crate::{Builder, Client, Credentials};

/// A service that answers as it was recorded by a [`Recorder`](super::Recorder).
///
/// A request is answered by the first exchange of the record that has the same operation and parameters and was not used yet. Date, nonce and
/// signature don't count, nor do the values of secrets. What the record doesn't have is an error that names the operation
/// and the parameters that differ.
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
    state: Arc<Mutex<State>>,
}

struct State {
    entries: Vec<Recorded>,
    unanswered: Vec<String>,
}

struct Recorded {
    entry: Entry,
    used: bool,
}

impl Replay {
    /// Answers from the text of a cassette.
    ///
    /// Fails with [`ErrorKind::Config`] if a line is none that a recorder writes, and names it.
    pub fn new(cassette: &str) -> Result<Self, Error> {
        let entries = cassette::read(cassette)?.into_iter().map(|entry| Recorded { entry, used: false });
        let state = State { entries: entries.collect(), unanswered: Vec::new() };
        Ok(Self { state: Arc::new(Mutex::new(state)) })
    }

    /// Answers from a file.
    ///
    /// Fails with [`ErrorKind::Config`] if it can't be read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let message = format!("the cassette {} can't be read", path.display());
            Error::new(ErrorKind::Config, message).with_source(error)
        })?;
        Self::new(&text)
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

    /// Whether all of the record was used and everything was in it.
    pub fn finish(&self) -> Result<(), Unfinished> {
        let state = self.state();
        let unused = state.entries.iter().filter(|recorded| !recorded.used);
        Unfinished::check(
            state.unanswered.iter().cloned(),
            unused.map(|recorded| (recorded.entry.operation.as_str(), 1)),
        )
    }

    fn take(&self, request: &HttpRequest) -> Result<Outcome, String> {
        let operation = request.operation().unwrap_or_default();
        let Some(registered) = registered(request) else {
            return Err(format!("the spec has no operation {operation}"));
        };
        let product = registered.description.service.product;
        let parameters = Secrets::default().parameters(registered, request);
        let state = &mut *self.state();
        let (mut of_operation, mut used) = (Vec::new(), 0);
        for recorded in &mut state.entries {
            let entry = &recorded.entry;
            if entry.operation != operation || entry.product != product {
                continue;
            }
            if recorded.used {
                used += 1;
                continue;
            }
            let differing = differing(&entry.parameters, &parameters);
            if differing.is_empty() {
                recorded.used = true;
                return Ok(entry.outcome.clone());
            }
            of_operation.push(differing);
        }
        state.unanswered.push(operation.to_owned());
        Err(match of_operation.into_iter().min_by_key(Vec::len) {
            Some(differing) => format!(
                "the cassette has no exchange with these parameters; the nearest has another {}",
                differing.join(", ")
            ),
            None if used > 0 => {
                format!("the cassette has {used} exchanges of this operation, and all were used")
            }
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
                // As then, it is the client that gives up.
                Outcome::Failure(Failure::Unanswered) => std::future::pending().await,
            }
        })
    }
}

/// The numbers of exchanges alone.
impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Replay")
            .field("entries", &state.entries.len())
            .field("used", &state.entries.iter().filter(|recorded| recorded.used).count())
            .finish_non_exhaustive()
    }
}

/// Names of the parameters that differ.
fn differing(recorded: &Members, asked: &Members) -> Vec<String> {
    let mut names: Vec<_> =
        recorded.keys().chain(asked.keys().filter(|name| !recorded.contains_key(*name))).collect();
    names.retain(|name| match (recorded.get(*name), asked.get(*name)) {
        (Some(recorded), Some(asked)) => !fits(recorded, asked),
        _ => true,
    });
    names.into_iter().cloned().collect()
}

/// Whether a value is the recorded one, as far as that is known.
fn fits(recorded: &Any, asked: &Any) -> bool {
    match (recorded, asked) {
        (Any::Text(pattern), Any::Text(text)) => pattern == text || fits_text(pattern, text),
        (Any::List(recorded), Any::List(asked)) => {
            recorded.len() == asked.len()
                && recorded.iter().zip(asked).all(|(recorded, asked)| fits(recorded, asked))
        }
        (Any::Object(recorded), Any::Object(asked)) => differing(recorded, asked).is_empty(),
        // A secret may stand for a structure, as may a person who has shortened the record.
        (Any::Text(pattern), _) => pattern == SECRET,
        _ => recorded == asked,
    }
}

/// Whether a text is the recorded one, where what was secret stands for anything.
fn fits_text(pattern: &str, text: &str) -> bool {
    let Some((before, mut rest)) = pattern.split_once(SECRET) else { return false };
    let Some(mut text) = text.strip_prefix(before) else { return false };
    while let Some((part, after)) = rest.split_once(SECRET) {
        let Some((_, behind)) = text.split_once(part) else { return false };
        (rest, text) = (after, behind);
    }
    text.ends_with(rest)
}
