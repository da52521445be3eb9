//! Clients: each has a connection of its own, signs every request, and waits for its answer before the next one.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use sae_sign::{Credentials, Request, Scheme, encode, sign};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// What is sent: method, path and query.
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    pub query: Vec<(Cow<'static, str>, Cow<'static, str>)>,
}

impl Call {
    pub fn new(method: &'static str, path: &'static str, query: &[(&'static str, String)]) -> Self {
        let query = query.iter().map(|(name, value)| (Cow::Borrowed(*name), Cow::Owned(value.clone())));
        Self { method, path, query: query.collect() }
    }

    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let date = httpdate::fmt_http_date(SystemTime::now());
        let nonce = format!("bench-{}-{}", std::process::id(), unique());
        let host = address.to_string();
        let headers = [
            (Cow::Borrowed("host"), Cow::Owned(host)),
            (Cow::Borrowed("date"), Cow::Owned(date)),
            (Cow::Borrowed("accept"), Cow::Borrowed("application/json")),
            (Cow::Borrowed("x-acs-version"), Cow::Borrowed("2019-05-06")),
            (Cow::Borrowed("x-acs-signature-nonce"), Cow::Owned(nonce)),
        ];
        let request = Request {
            method: self.method,
            path: self.path,
            query: &self.query,
            headers: &headers,
            body: b"",
        };
        let key = Credentials::new("local", "local-secret");
        let signed = sign(Scheme::Roa, &request, &key).expect("a request that can be signed");
        let mut text = format!("{} {}", self.method, self.path);
        for (at, (name, value)) in self.query.iter().enumerate() {
            let before = if at == 0 { '?' } else { '&' };
            write!(text, "{before}{name}={}", encode(value)).expect("memory");
        }
        text.push_str(" HTTP/1.1\r\ncontent-length: 0\r\n");
        for (name, value) in &headers {
            write!(text, "{name}: {value}\r\n").expect("memory");
        }
        write!(text, "authorization: {}\r\n\r\n", signed.authorization).expect("memory");
        text.into_bytes()
    }
}

/// A number that comes once.
pub fn unique() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A client with its connection.
pub struct Client {
    stream: TcpStream,
    address: SocketAddr,
    buffer: Vec<u8>,
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a socket");
        Self { stream, address, buffer: Vec::with_capacity(16 * 1024) }
    }

    /// Sends a call and gives the body of its answer, which must be a success.
    pub async fn call(&mut self, call: &Call) -> &str {
        let answered = self.attempt(call).await;
        assert!(answered, "{} {}: no answer", call.method, call.path);
        let text = std::str::from_utf8(&self.buffer).expect("UTF-8");
        assert!(text.starts_with("HTTP/1.1 200"), "{} {}: {text}", call.method, call.path);
        text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// Whether a call was acknowledged, by a server that may die meanwhile.
    pub async fn acknowledged(&mut self, call: &Call) -> bool {
        self.attempt(call).await && self.buffer.starts_with(b"HTTP/1.1 200")
    }

    async fn attempt(&mut self, call: &Call) -> bool {
        let bytes = call.bytes(self.address);
        self.buffer.clear();
        if self.stream.write_all(&bytes).await.is_err() {
            return false;
        }
        while !is_whole(&self.buffer) {
            if !matches!(self.stream.read_buf(&mut self.buffer).await, Ok(1..)) {
                return false;
            }
        }
        true
    }
}

/// Whether the buffer holds an answer to its end.
fn is_whole(buffer: &[u8]) -> bool {
    let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let head = std::str::from_utf8(&buffer[..end]).expect("a head in ASCII");
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    buffer.len() >= end + 4 + length.expect("a length")
}

/// How long each call took.
#[derive(Default)]
pub struct Latencies {
    all: Vec<Duration>,
    span: Duration,
}

impl Latencies {
    /// The value that this share of the calls stays below.
    pub fn quantile(&self, share: f64) -> Duration {
        let mut sorted = self.all.clone();
        sorted.sort_unstable();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a position in a list of some hundred thousand"
        )]
        let at = (sorted.len() as f64 * share) as usize;
        sorted.get(at.min(sorted.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    /// Calls a second.
    #[expect(clippy::cast_precision_loss, reason = "some hundred thousand")]
    pub fn rate(&self) -> f64 {
        self.all.len() as f64 / self.span.as_secs_f64()
    }
}

/// Has this many clients call for as long, each as fast as it is answered.
pub async fn run(
    address: SocketAddr,
    clients: usize,
    time: Duration,
    call: impl Fn() -> Call + Clone + 'static,
) -> Latencies {
    let started = Instant::now();
    let local = tokio::task::LocalSet::new();
    let tasks: Vec<_> = (0..clients)
        .map(|_| {
            let call = call.clone();
            local.spawn_local(async move {
                let mut client = Client::connect(address).await;
                let mut taken = Vec::new();
                while started.elapsed() < time {
                    let call = call();
                    let sent = Instant::now();
                    client.call(&call).await;
                    taken.push(sent.elapsed());
                }
                taken
            })
        })
        .collect();
    let mut all = Vec::new();
    local
        .run_until(async {
            for task in tasks {
                all.extend(task.await.expect("no client panics"));
            }
        })
        .await;
    Latencies { all, span: started.elapsed() }
}
