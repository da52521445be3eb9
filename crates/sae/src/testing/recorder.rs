//! Records what the service answers.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use sae_transport::client::{AttemptMark, Exchange, ExchangeError, ExchangeFuture, Http, HttpRequest};
use sae_transport::redact::{Members, structure};
use sae_transport::{Answer, Any, Envelope, EnvelopedRef, Registered, encode_json};

use super::cassette::{Cassette, Entry, Failure, Line, Mark, Outcome, Token, Wait};
use super::digest::Digests;
use super::scrub;

/// An [`Exchange`] that forwards requests and records the answers for [`Replay`](super::Replay).
///
/// A record, called cassette, is text: one exchange per line, as JSON that people can read and edit. It contains operation, parameters
/// and answer, generated tokens of deployments, time and nonce of each attempt, and after how many polls the client stopped waiting, so
/// that a replayed program sends the same requests as often.
///
/// It contains no signature, no access key and no security token. A digest, `(secret:…)`, replaces each value that the spec calls
/// sensitive, and user, password and query of a URL; a replay compares the digests. In a request, the number `1` and the text `1` are
/// different values. Only values in places that the spec names are replaced: the same text in another place stays. Of members of an
/// answer that the spec doesn't know, only the names are kept. Of messages that may quote a secret, only documented ones are kept.
/// Requests for operations that the spec doesn't have, such as those for credentials, are forwarded and not recorded.
///
/// **A digest can't be computed backwards, but values can be tried.** The random key of the digests is in the record, and each try
/// costs 4,096 rounds of PBKDF2-HMAC-SHA256. A random password of twelve characters is safe; a word, a name or a number with few digits
/// can be found. Treat a record of such secrets like the secrets themselves, and use others for records that you publish. The digests
/// also show which values are equal. Names of your applications, addresses and account numbers aren't replaced.
///
/// Clones write to the same record.
///
/// ```
/// use std::sync::Arc;
///
/// use sae::model::DescribeRegions;
/// use sae::testing::{Recorder, Replay};
/// use sae::{Client, Credentials};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let server = sae_local::LocalSae::start().await?;
/// # let endpoint = server.endpoint();
/// let recorder = Recorder::http();
/// let client = Client::builder()
///     .credentials(Credentials::new("local", "local-secret"))
///     .endpoint(endpoint)
///     .exchange(Arc::new(recorder.clone()))
///     .build()?;
/// let regions = client.send(DescribeRegions::new()).await?.output;
///
/// let replay = Replay::new(&recorder.cassette())?;
/// assert_eq!(replay.client()?.send(DescribeRegions::new()).await?.output, regions);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<dyn Exchange>,
    find: scrub::Find,
    record: Arc<Mutex<Record>>,
}

struct Record {
    cassette: Cassette,
    digests: Digests,
    /// The times of attempts that were started and not sent yet, by nonce.
    times: HashMap<String, i64>,
    /// How often each time that isn't over yet was asked for.
    looks: HashMap<String, u32>,
}

impl Recorder {
    /// Records another exchange.
    #[inline]
    pub fn new(inner: impl Exchange + 'static) -> Self {
        Self::of(Arc::new(inner), scrub::registered)
    }

    /// Records real HTTP.
    #[inline]
    pub fn http() -> Self {
        Self::new(Http::new())
    }

    fn of(inner: Arc<dyn Exchange>, find: scrub::Find) -> Self {
        let record = Record {
            cassette: Cassette::default(),
            digests: Digests::new(),
            times: HashMap::new(),
            looks: HashMap::new(),
        };
        Self { inner, find, record: Arc::new(Mutex::new(record)) }
    }

    /// The record so far: the key of the digests, then a line for each attempt, each token and each time that was over.
    pub fn cassette(&self) -> String {
        let record = self.record();
        record.cassette.to_text(&record.digests)
    }

    /// Writes [`Recorder::cassette`] to a file, which is replaced.
    pub fn save(&self, path: impl AsRef<Path>) -> std::io::Result<()> {
        std::fs::write(path, self.cassette())
    }

    /// Records a request as unanswered, until its result is known.
    fn begin(&self, registered: &'static Registered, request: &HttpRequest) -> usize {
        let record = &mut *self.record();
        let parameters = scrub::parameters(registered, request, &mut record.digests);
        let nonce = request.header("x-acs-signature-nonce");
        let mark =
            nonce.and_then(|nonce| Some(Mark { time: record.times.remove(nonce)?, nonce: nonce.to_owned() }));
        record.cassette.lines.push(Line::Exchange(Entry {
            product: registered.description.service.product.to_owned(),
            operation: registered.description.name.to_owned(),
            parameters,
            mark,
            outcome: Outcome::Failure(Failure::Unanswered),
        }));
        record.cassette.lines.len() - 1
    }

    fn end(
        &self,
        at: usize,
        registered: &Registered,
        request: &HttpRequest,
        result: &Result<Answer, ExchangeError>,
    ) {
        let record = &mut *self.record();
        let outcome = match result {
            Ok(answer) => answered(registered, request, answer, &mut record.digests),
            // Of an answer by way of a redirect nobody knows either what the request did.
            Err(ExchangeError::Broken { .. } | ExchangeError::Redirected { .. }) => {
                Outcome::Failure(Failure::Broken)
            }
            Err(ExchangeError::TooLarge { .. }) => Outcome::Failure(Failure::TooLarge),
            Err(_) => Outcome::Failure(Failure::NotSent),
        };
        if let Some(Line::Exchange(entry)) = record.cassette.lines.get_mut(at) {
            entry.outcome = outcome;
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange for Recorder {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let Some(registered) = (self.find)(&request) else {
                return self.inner.exchange(request).await;
            };
            let at = self.begin(registered, &request);
            let result = self.inner.exchange(request.clone()).await;
            self.end(at, registered, &request, &result);
            result
        })
    }

    fn attempt_mark(&self, operation: &str, mark: AttemptMark) -> AttemptMark {
        let mark = self.inner.attempt_mark(operation, mark);
        self.record().times.insert(mark.nonce.clone(), seconds(mark.time));
        mark
    }

    fn deployment_token(&self, application: &str, token: String) -> String {
        let token = self.inner.deployment_token(application, token);
        let line = Token { application: application.to_owned(), token: token.clone() };
        self.record().cassette.lines.push(Line::Token(line));
        token
    }

    fn is_time_over(&self, wait: &str, is_over: bool) -> bool {
        let is_over = self.inner.is_time_over(wait, is_over);
        let record = &mut *self.record();
        if is_over {
            let looks = record.looks.remove(wait).unwrap_or_default();
            record.cassette.lines.push(Line::Wait(Wait { name: wait.to_owned(), looks }));
        } else {
            *record.looks.entry(wait.to_owned()).or_default() += 1;
        }
        is_over
    }
}

/// A readable answer is kept as JSON, whatever its format was. An unreadable one may contain anything, so only its status is kept.
fn answered(
    registered: &Registered,
    request: &HttpRequest,
    answer: &Answer,
    digests: &mut Digests,
) -> Outcome {
    let headers = HEADERS.into_iter().filter_map(|name| Some((name.to_owned(), answer.header(name)?.into())));
    let headers: Members = headers.collect();
    let text = std::str::from_utf8(&answer.body).unwrap_or_default();
    let body = structure(text).or_else(|| {
        let mut envelope = Envelope::of(registered.description.envelope);
        let mut output = (registered.output)();
        answer.read(&mut envelope, &mut *output).ok()?;
        structure(&encode_json::to_string(&EnvelopedRef { envelope: &envelope, payload: &output }))
    });
    let body = match body {
        Some(Any::Object(members)) => Some(Any::Object(scrub::answer(registered, request, members, digests))),
        _ => None,
    };
    Outcome::Answer(answer.status, headers, body)
}

/// The headers of an answer that the client reads. The date fits the time of the attempt, which is replayed, too.
const HEADERS: [&str; 4] = ["date", "retry-after", "x-acs-request-id", "x-acs-retry-after"];

/// Seconds since 1970.
fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Only the number of lines.
impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("lines", &self.record().cassette.lines.len()).finish_non_exhaustive()
    }
}
