//! What the tests of credentials share: a clock by hand, a home directory, answers of the documented services.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sae::Credentials;
use sae::credentials::{Clock, Environment, ProvideCredentials, Variables};
use sae_tests::{Canned, Step};
use tempfile::TempDir;

/// Every secret and every token of these tests holds this word.
pub const MARK: &str = "hush";

/// 08:00 on the day of all tests, 2026-11-22, as seconds since 1970.
const MORNING: u64 = 1_795_334_400;

/// A clock that stands still until it is moved.
#[derive(Clone, Debug)]
pub struct Hands(Arc<AtomicU64>);

impl Hands {
    /// It is eight in the morning.
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(MORNING)))
    }

    pub fn forward(&self, minutes: u64) {
        self.0.fetch_add(minutes * 60, Ordering::SeqCst);
    }

    pub fn clock(&self) -> Clock {
        let seconds = Arc::clone(&self.0);
        Clock::new(move || UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::SeqCst)))
    }

    pub fn now(&self) -> SystemTime {
        self.clock().now()
    }
}

/// A time on the day of all tests.
pub fn time(hour: u64, minute: u64) -> String {
    format!("2026-11-22T{hour:02}:{minute:02}:00Z")
}

/// A temporary key in the form that STS, metadata, CloudSSO and credentials URIs share.
pub fn session(id: &str, expiration: &str) -> String {
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{id}","AccessKeySecret":"{MARK}-secret-of-{id}","SecurityToken":"{MARK}-token-of-{id}","Expiration":"{expiration}"}}"#
    )
}

/// An answer of STS.
pub fn sts(id: &str, expiration: &str) -> Step {
    let session = session(id, expiration);
    Step::ok(format!(
        r#"{{"RequestId":"R-1","AssumedRoleUser":{{"AssumedRoleId":"1:x"}},"Credentials":{session}}}"#
    ))
}

/// At eight in the morning, with no network but the servers that are named later and no metadata service.
pub fn environment<const N: usize>(set: [(&str, &str); N]) -> Environment {
    let silent = [("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")];
    let variables: Variables = silent.into_iter().chain(set).collect();
    within(variables)
}

pub fn within(variables: Variables) -> Environment {
    Environment::new(variables).clock(Hands::new().clock())
}

/// Asks this server for everything that is asked over the network.
pub fn served_by(server: &Canned, environment: Environment) -> Environment {
    let endpoint: sae::Endpoint = server.endpoint().parse().expect("an endpoint");
    environment.sts_endpoint(endpoint.clone()).metadata_endpoint(endpoint)
}

/// A home directory with these files in it.
pub fn home<const N: usize>(files: [(&str, &str); N]) -> TempDir {
    let home = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = home.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    home
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("a path in text")
}

/// The identifier of the key that comes.
pub async fn id_of(provider: &dyn ProvideCredentials) -> String {
    let credentials = provider.credentials().await.expect("credentials");
    credentials.access_key_id().to_owned()
}

/// Why no key comes. No secret is among the reasons.
pub async fn refusal_of(provider: &dyn ProvideCredentials) -> String {
    let error = provider.credentials().await.expect_err("it fails");
    assert_eq!(error.kind(), sae::ErrorKind::Credentials, "{error}");
    let all = format!("{error} {error:?} {error:#?} {provider:?} {provider:#?}");
    assert!(!all.contains(MARK), "{all}");
    error.to_string()
}

/// The key, its secret and its token.
pub fn parts(credentials: &Credentials) -> (String, String, Option<String>) {
    let key = credentials.for_signer();
    let owned = str::to_owned;
    (owned(key.access_key_id()), owned(key.access_key_secret()), key.security_token().map(owned))
}

/// A parameter in the form of a recorded request, decoded.
pub fn parameter(request: &str, name: &str) -> Option<String> {
    let body = request.split_once("\r\n\r\n").expect("a request").1;
    let value = body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let mut digit = || char::from(rest.next().expect("two digits")).to_digit(16).expect("a digit");
        bytes.push(if byte == b'%' { u8::try_from(digit() * 16 + digit()).expect("a byte") } else { byte });
    }
    Some(String::from_utf8(bytes).expect("text"))
}

/// A header of a recorded request.
pub fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let lines = request.lines().skip(1).take_while(|line| !line.is_empty());
    let pairs = lines.filter_map(|line| line.split_once(": "));
    pairs.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
}
