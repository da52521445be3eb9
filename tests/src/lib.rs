//! What tests of several crates share: a server that answers what it is told, an authority for TLS, errors as text, and the leaves of a
//! document.
//!
//! Its documentation tests are the blocks of Rust in the Markdown of the repository, each compiled as it stands there.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod authority;

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub use crate::authority::{Authority, Certificate};

/// A server on a free port of this machine that gives its answers one after the other, the last one again and again.
#[derive(Debug)]
pub struct Canned {
    endpoint: String,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug, Default)]
struct Seen {
    requests: Vec<String>,
    opened: usize,
    closed: usize,
}

/// What the server does with a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Step {
    /// Answers with this status, these header lines and this body.
    Answer(u16, Vec<String>, Vec<u8>),
    /// Reads the request and closes the connection.
    Hangup,
    /// Reads the request and never answers; closes the connection once the client does.
    Silence,
    /// Sends these bytes, head and all.
    Raw(Vec<u8>),
    /// Sends these bytes, head and all, and closes the connection.
    Last(Vec<u8>),
    /// Announces more body than it sends, and closes the connection.
    Truncated(Vec<u8>),
}

impl Step {
    /// An answer with status 200.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::Answer(200, Vec::new(), body.into())
    }

    /// An answer with this status.
    pub fn status(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::Answer(status, Vec::new(), body.into())
    }

    /// Adds a header line.
    #[must_use]
    pub fn header(mut self, line: impl Into<String>) -> Self {
        if let Self::Answer(_, headers, _) = &mut self {
            headers.push(line.into());
        }
        self
    }
}

impl Canned {
    /// Starts the server on the current runtime.
    ///
    /// # Panics
    ///
    /// If there is no free port, or no step.
    pub async fn start(steps: Vec<Step>) -> Self {
        Self::start_at("127.0.0.1:0", steps).await
    }

    /// The same, at an address of this machine.
    ///
    /// # Panics
    ///
    /// If it can't be listened at, or there is no step.
    pub async fn start_at(address: &str, steps: Vec<Step>) -> Self {
        let listener = TcpListener::bind(address).await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().expect("no task panicked").opened += 1;
                let (steps, seen) = (steps.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    serve(stream, steps, &seen).await;
                    seen.lock().expect("no task panicked").closed += 1;
                });
            }
        });
        Self { endpoint, seen }
    }

    /// Address of the server.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The requests so far: request line, header lines, blank line and body.
    ///
    /// # Panics
    ///
    /// If a connection's task has panicked.
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().expect("no task panicked").requests.clone()
    }

    /// How many connections there have been.
    ///
    /// # Panics
    ///
    /// If a connection's task has panicked.
    pub fn opened(&self) -> usize {
        self.seen.lock().expect("no task panicked").opened
    }

    /// How many of them are closed.
    ///
    /// # Panics
    ///
    /// If a connection's task has panicked.
    pub fn closed(&self) -> usize {
        self.seen.lock().expect("no task panicked").closed
    }
}

async fn serve(mut stream: TcpStream, steps: Vec<Step>, seen: &Mutex<Seen>) {
    while let Some(request) = read_request(&mut stream).await {
        let step = {
            let mut seen = seen.lock().expect("no task panicked");
            seen.requests.push(request);
            steps.get(seen.requests.len() - 1).or(steps.last()).cloned().expect("at least one step")
        };
        match step {
            Step::Answer(status, headers, body) => {
                let mut head = format!("HTTP/1.1 {status} Canned\r\ncontent-length: {}\r\n", body.len());
                for header in headers {
                    head.push_str(&header);
                    head.push_str("\r\n");
                }
                head.push_str("\r\n");
                let mut bytes = head.into_bytes();
                bytes.extend(body);
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Step::Hangup => return,
            Step::Silence => {
                // The end of it comes in either way.
                let _ = stream.read(&mut [0]).await;
                return;
            }
            Step::Raw(bytes) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Step::Last(bytes) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Step::Truncated(body) => {
                let head = format!("HTTP/1.1 200 Canned\r\ncontent-length: {}\r\n\r\n", body.len() + 100);
                let mut bytes = head.into_bytes();
                bytes.extend(body);
                // The connection closes either way.
                let _ = stream.write_all(&bytes).await;
                return;
            }
        }
    }
}

/// Reads one request with its body; nothing at the end of the connection.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let length = text
        .lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok())
        .unwrap_or(0);
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// All that an error and its causes say, by `Display` and by `Debug`.
pub fn told(error: &(dyn Error + 'static)) -> String {
    let texts = std::iter::successors(Some(error), |&cause| cause.source());
    texts.map(|cause| format!("{cause} / {cause:?}")).collect::<Vec<_>>().join(" / ")
}

/// The leaves of a JSON document: paths with their values as text. Empty lists and objects are no leaves.
pub fn leaves(document: &Value) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    collect("", document, &mut leaves);
    leaves
}

fn collect(path: &str, value: &Value, leaves: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                collect(&path, value, leaves);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{path}[{index}]"), item, leaves);
            }
        }
        Value::String(text) => {
            leaves.insert(path.to_owned(), text.clone());
        }
        Value::Null => {}
        other => {
            leaves.insert(path.to_owned(), other.to_string());
        }
    }
}

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// The front pages of the crates, as crates.io shows them.
#[cfg(doctest)]
mod crates {
    #[doc = include_str!("../../crates/sae/README.md")]
    struct Sae;

    #[doc = include_str!("../../crates/sae-local/README.md")]
    struct SaeLocal;

    #[doc = include_str!("../../crates/sae-manifest/README.md")]
    struct SaeManifest;

    #[doc = include_str!("../../crates/sae-models/README.md")]
    struct SaeModels;

    #[doc = include_str!("../../crates/sae-sign/README.md")]
    struct SaeSign;

    #[doc = include_str!("../../crates/sae-transport/README.md")]
    struct SaeTransport;
}

/// The pages of the guide.
#[cfg(doctest)]
mod guide {
    #[doc = include_str!("../../docs/guide/src/credentials.md")]
    struct Credentials;

    #[doc = include_str!("../../docs/guide/src/endpoints.md")]
    struct Endpoints;

    #[doc = include_str!("../../docs/guide/src/lists.md")]
    struct Lists;

    #[doc = include_str!("../../docs/guide/src/waiting.md")]
    struct Waiting;

    #[doc = include_str!("../../docs/guide/src/edas.md")]
    struct Edas;

    #[doc = include_str!("../../docs/guide/src/from-python.md")]
    struct FromPython;

    #[doc = include_str!("../../docs/guide/src/from-java.md")]
    struct FromJava;

    #[doc = include_str!("../../docs/guide/src/exactly-once.md")]
    struct ExactlyOnce;

    #[doc = include_str!("../../docs/guide/src/library.md")]
    struct Library;

    #[doc = include_str!("../../docs/guide/src/library-deploy.md")]
    struct LibraryDeploy;

    #[doc = include_str!("../../docs/guide/src/manifests.md")]
    struct Manifests;

    #[doc = include_str!("../../docs/guide/src/own-operations.md")]
    struct OwnOperations;

    #[doc = include_str!("../../docs/guide/src/errors.md")]
    struct Errors;

    #[doc = include_str!("../../docs/guide/src/retries.md")]
    struct Retries;

    #[doc = include_str!("../../docs/guide/src/http.md")]
    struct HttpClient;

    #[doc = include_str!("../../docs/guide/src/testing.md")]
    struct Testing;

    #[doc = include_str!("../../docs/guide/src/blocking.md")]
    struct Blocking;

    #[doc = include_str!("../../docs/guide/src/models.md")]
    struct Models;

    #[doc = include_str!("../../docs/guide/src/signing.md")]
    struct Signing;

    #[doc = include_str!("../../docs/guide/src/local-control.md")]
    struct LocalControl;
}
