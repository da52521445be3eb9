//! A fast local server with faults on the way to it, and a service whose answers are written by the test.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::model::{CreateApplication, CreateNamespace, PackageType};
use sae::transport::{Exchange, ExchangeError, ExchangeFuture, Http, HttpRequest};
use sae::{Answer, Builder, Client, Credentials};
use sae_local::{LocalSae, Pace};

pub const NAMESPACE: &str = "cn-hangzhou:test";

/// A fast server, and the way to it.
pub struct World {
    pub server: LocalSae,
    pub way: Arc<Way>,
}

impl World {
    pub async fn new() -> Self {
        Self::with(Pace::brisk().prepare(ms(1)).start(ms(5)).stop(ms(5)).bind(ms(5)).batch_wait(ms(1))).await
    }

    pub async fn with(pace: Pace) -> Self {
        let server = LocalSae::builder().pace(pace).start().await.expect("a server");
        Self { server, way: Arc::new(Way::default()) }
    }

    pub fn client(&self) -> Client {
        builder().endpoint(self.server.endpoint()).exchange(self.way.clone()).build().expect("a client")
    }

    /// An application of three instances that runs `repo/app:1`.
    pub async fn application(&self) -> String {
        let client = self.client();
        client.send(CreateNamespace::new("Test").namespace_id(NAMESPACE)).await.expect("a namespace");
        let order = client.submit(create("app")).await.expect("a change order");
        let finished = order.wait().poll(ms(2)).await.expect("an end");
        finished.success().expect("it is deployed");
        order.app_id().expect("an application").to_owned()
    }
}

pub fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

pub fn builder() -> Builder {
    Client::builder().credentials(Credentials::new("local", "local-secret"))
}

pub fn create(name: &str) -> CreateApplication {
    CreateApplication::new(name, PackageType::Image, 3)
        .namespace_id(NAMESPACE)
        .image_url("repo/app:1")
        .cpu(1000)
        .memory(2048)
}

/// What happens to a request on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never arrives.
    LostBefore,
    /// It arrives, and its answer doesn't.
    LostAfter,
}

/// HTTP with faults, one for each of the next calls of an operation.
#[derive(Debug, Default)]
pub struct Way {
    http: Http,
    faults: Mutex<HashMap<&'static str, Vec<Fault>>>,
    seen: Mutex<Vec<String>>,
}

impl Way {
    pub fn fails(&self, operation: &'static str, faults: &[Fault]) {
        self.faults.lock().expect("no test panicked").insert(operation, faults.to_vec());
    }

    /// How often an operation was sent.
    pub fn sent(&self, operation: &str) -> usize {
        self.seen.lock().expect("no test panicked").iter().filter(|seen| *seen == operation).count()
    }

    fn fault(&self, operation: &str) -> Option<Fault> {
        self.seen.lock().expect("no test panicked").push(operation.to_owned());
        let mut faults = self.faults.lock().expect("no test panicked");
        let left = faults.get_mut(operation).filter(|left| !left.is_empty())?;
        Some(left.remove(0))
    }
}

impl Exchange for Way {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        Box::pin(async move {
            let fault = self.fault(&action(&request));
            if fault == Some(Fault::LostBefore) {
                return Err(broken());
            }
            let answer = self.http.exchange(request).await?;
            if fault == Some(Fault::LostAfter) { Err(broken()) } else { Ok(answer) }
        })
    }
}

/// A service that answers each operation with what the test has written, the last answer again and again. An operation without
/// answers isn't there.
#[derive(Debug, Default)]
pub struct Script {
    answers: HashMap<&'static str, Vec<Said>>,
    urls: Mutex<Vec<(String, String)>>,
}

/// An answer of a [`Script`].
#[derive(Clone, Debug)]
pub enum Said {
    /// With status 200.
    Fine(String),
    /// With another status, and perhaps a header.
    Refused(u16, String, Option<(&'static str, &'static str)>),
    /// The connection breaks.
    Broken,
}

impl Script {
    pub fn says(mut self, operation: &'static str, answers: impl IntoIterator<Item = Said>) -> Self {
        self.answers.insert(operation, answers.into_iter().collect());
        self
    }

    /// The URLs that an operation was sent to.
    pub fn urls(&self, operation: &str) -> Vec<String> {
        let urls = self.urls.lock().expect("no test panicked");
        urls.iter().filter(|(name, _)| name == operation).map(|(_, url)| url.clone()).collect()
    }
}

impl Exchange for Script {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        let operation = action(&request);
        let said = {
            let mut urls = self.urls.lock().expect("no test panicked");
            let before = urls.iter().filter(|(name, _)| *name == operation).count();
            urls.push((operation.clone(), request.url));
            self.answers.get(operation.as_str()).and_then(|all| all.get(before).or(all.last())).cloned()
        };
        let gone =
            || Said::Refused(404, r#"{"Code":"InvalidApi.NotFound","Message":"no such"}"#.to_owned(), None);
        Box::pin(async move {
            match said.unwrap_or_else(gone) {
                Said::Fine(body) => Ok(Answer::new(200, Vec::new(), body.into_bytes())),
                Said::Refused(status, body, header) => {
                    let headers = header.map(|(name, value)| (name.to_owned(), value.to_owned()));
                    Ok(Answer::new(status, headers.into_iter().collect(), body.into_bytes()))
                }
                Said::Broken => Err(broken()),
            }
        })
    }
}

/// A client of a script.
pub fn client_of(script: &Arc<Script>) -> Client {
    builder().endpoint("http://127.0.0.1:9").exchange(script.clone()).build().expect("a client")
}

pub fn fine(body: impl Into<String>) -> Said {
    Said::Fine(body.into())
}

fn action(request: &HttpRequest) -> String {
    let header = request.headers.iter().find(|(name, _)| name == "x-acs-action");
    header.map(|(_, value)| value.to_string()).unwrap_or_default()
}

fn broken() -> ExchangeError {
    ExchangeError::Broken { source: "the connection was cut".into(), partial: None }
}
