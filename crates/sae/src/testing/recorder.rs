//! Writes down what the service answers.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sae_transport::client::{Exchange, ExchangeError, ExchangeFuture, Http, HttpRequest};
use sae_transport::{Answer, Any, Envelope, Registered, Whole, encode_json};

use super::cassette::{Entry, Failure, Outcome};
use super::scrub::{Members, Secrets, registered, structure};

/// An [`Exchange`] that passes requests on and writes down what comes of them, for [`Replay`](super::Replay).
///
/// The record, a cassette, is text: one exchange a line, as JSON that people can read and edit. It holds operation, parameters and
/// answer, and no secret: no signature, access key or token, `(secret)` in place of every parameter and field that the spec calls
/// sensitive, and of their values wherever else they turn up. Of what the spec doesn't know the names are kept, and
/// no values. What is no operation of the spec, such as a request for credentials, is passed on and not written down. Still, look at a cassette before you publish it: names of your applications, addresses and account numbers are no
/// secrets in this sense.
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
    record: Arc<Mutex<Record>>,
}

#[derive(Default)]
struct Record {
    secrets: Secrets,
    entries: Vec<Entry>,
}

impl Recorder {
    /// Records what comes of another exchange.
    pub fn new(inner: impl Exchange + 'static) -> Self {
        Self { inner: Arc::new(inner), record: Arc::default() }
    }

    /// Records what comes of real HTTP.
    pub fn http() -> Self {
        Self::new(Http::new())
    }

    /// What was recorded so far, a line for each attempt.
    pub fn cassette(&self) -> String {
        let record = self.record();
        // What was found to be secret by a later exchange is one in an earlier one, too.
        let clean = record.entries.iter().cloned().map(|mut entry| {
            record.secrets.take_out_of(&mut entry.parameters);
            if let Outcome::Answer(_, headers, body) = &mut entry.outcome {
                record.secrets.take_out_of(headers);
                if let Some(body) = body {
                    record.secrets.take_out(body);
                }
            }
            entry.to_line() + "\n"
        });
        clean.collect()
    }

    /// Writes [`Recorder::cassette`] into a file, in place of what is there.
    pub fn save(&self, path: impl AsRef<Path>) -> std::io::Result<()> {
        std::fs::write(path, self.cassette())
    }

    /// Writes a request down as one that was never answered, until something comes of it.
    fn begin(&self, registered: &'static Registered, request: &HttpRequest) -> usize {
        let record = &mut *self.record();
        record.secrets.learn_credentials(request);
        let parameters = record.secrets.parameters(registered, request);
        record.entries.push(Entry {
            product: registered.description.service.product.to_owned(),
            operation: registered.description.name.to_owned(),
            parameters,
            outcome: Outcome::Failure(Failure::Unanswered),
        });
        record.entries.len() - 1
    }

    fn end(&self, at: usize, registered: &Registered, result: &Result<Answer, ExchangeError>) {
        let record = &mut *self.record();
        let outcome = match result {
            Ok(answer) => answered(registered, answer, &mut record.secrets),
            Err(ExchangeError::Broken { .. }) => Outcome::Failure(Failure::Broken),
            Err(ExchangeError::TooLarge { .. }) => Outcome::Failure(Failure::TooLarge),
            Err(_) => Outcome::Failure(Failure::NotSent),
        };
        if let Some(entry) = record.entries.get_mut(at) {
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
            let Some(registered) = registered(&request) else { return self.inner.exchange(request).await };
            let at = self.begin(registered, &request);
            let result = self.inner.exchange(request).await;
            self.end(at, registered, &result);
            result
        })
    }
}

/// An answer that can be read is kept as JSON, whatever it came as. One that can't be may hold anything, and only its status stays.
fn answered(registered: &Registered, answer: &Answer, secrets: &mut Secrets) -> Outcome {
    let headers = HEADERS.into_iter().filter_map(|name| Some((name.to_owned(), answer.header(name)?.into())));
    let headers: Members = headers.collect();
    let text = std::str::from_utf8(&answer.body).unwrap_or_default();
    let body = structure(text).or_else(|| {
        let (mut envelope, mut output) = (Envelope::default(), (registered.output)());
        answer.read(&mut envelope, &mut *output).ok()?;
        structure(&encode_json::to_string(&Whole { envelope: &envelope, payload: &output }))
    });
    let body = match body {
        Some(Any::Object(members)) => Some(Any::Object(secrets.answer(members, &mut *(registered.output)()))),
        _ => None,
    };
    Outcome::Answer(answer.status, headers, body)
}

/// The headers of an answer that the client reads, but for the date, which would be an old one.
const HEADERS: [&str; 2] = ["x-acs-request-id", "x-acs-retry-after"];

/// The number of exchanges alone.
impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("entries", &self.record().entries.len()).finish_non_exhaustive()
    }
}
