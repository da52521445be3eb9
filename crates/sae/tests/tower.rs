//! Services of tower in front of HTTP, and in its place.

#![allow(clippy::expect_used, reason = "a test ends where something is not as it must be")]

use std::error::Error as StdError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::model::{
    CreateApplication, CreateNamespace, DeployApplication, DescribeRegions, PackageType, RestartApplication,
};
use sae::testing::{Recorder, Replay};
use sae::transport::{Exchange, ExchangeError, ExchangeService, Http, HttpRequest, ServiceExchange};
use sae::{Answer, Client, Credentials, Error, ErrorKind};
use sae_local::{LocalSae, Pace};
use tower::{ServiceBuilder, ServiceExt as _, service_fn};

const REGIONS: &str = r#"{"RequestId":"1","Regions":{"Region":[]}}"#;

fn client(exchange: impl Exchange + 'static, endpoint: &str) -> Client {
    let builder = Client::builder().credentials(Credentials::new("local", "local-secret")).max_attempts(2);
    builder.endpoint(endpoint).exchange(Arc::new(exchange)).build().expect("a client")
}

fn regions() -> Answer {
    Answer::new(200, vec![("content-type".to_owned(), "application/json".to_owned())], REGIONS.into())
}

#[tokio::test]
async fn layers_stand_between_calls_and_http() {
    let server = LocalSae::start().await.expect("a server");
    let seen = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&seen);
    let layers = ServiceBuilder::new().concurrency_limit(1).map_request(move |request: HttpRequest| {
        counter.fetch_add(1, Ordering::Relaxed);
        request
    });
    let exchange = ServiceExchange::new(layers.service(ExchangeService::new(Http::new())));
    let client = client(exchange, &server.endpoint());
    client.send(DescribeRegions::new()).await.expect("an answer");
    let error = client.send(RestartApplication::new("app")).await.expect_err("there is none");
    assert_eq!(error.kind(), ErrorKind::Service, "{error}");
    assert_eq!(seen.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn no_more_requests_are_under_way_than_a_layer_lets_pass_and_each_gets_its_turn() {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (under_way, peak) = (Arc::clone(&now), Arc::clone(&most));
    let service = service_fn(move |_: HttpRequest| {
        let (under_way, peak) = (Arc::clone(&under_way), Arc::clone(&peak));
        async move {
            peak.fetch_max(under_way.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(100)).await;
            under_way.fetch_sub(1, Ordering::Relaxed);
            Ok::<_, ExchangeError>(regions())
        }
    });
    let limited =
        ServiceBuilder::new().rate_limit(4, Duration::from_secs(1)).concurrency_limit(3).service(service);
    let client = client(ServiceExchange::new(limited), "http://127.0.0.1:1");
    let began = tokio::time::Instant::now();
    let calls: Vec<_> = (0..12)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.send(DescribeRegions::new()).await.map(|_| ()) })
        })
        .collect();
    for call in calls {
        call.await.expect("no panic").expect("its turn came");
    }
    assert_eq!((now.load(Ordering::Relaxed), most.load(Ordering::Relaxed)), (0, 3));
    assert!((2..=4).contains(&began.elapsed().as_secs()), "four a second: {:?}", began.elapsed());
}

#[tokio::test]
async fn a_replay_behind_layers_answers_as_it_does_without_them() {
    let server = LocalSae::builder().pace(Pace::instant()).start().await.expect("a server");
    let direct = client(Http::new(), &server.endpoint());
    let namespace = CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop");
    direct.send(namespace).await.expect("a namespace");
    let application = CreateApplication::new("shop", PackageType::Image, 1)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/Image:1")
        .cpu(1000)
        .memory(2048);
    let application = direct.send(application).await.expect("an application");
    let id = application.into_data().expect("Data").app_id.expect("an AppId");
    let deployed = async |innermost: ExchangeService| {
        let nonces = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&nonces);
        let layers = ServiceBuilder::new().map_request(move |request: HttpRequest| {
            let nonce = request.headers.iter().find(|(name, _)| name == "x-acs-signature-nonce");
            seen.lock().expect("no panic").push(nonce.expect("a nonce").1.to_string());
            request
        });
        let exchange = ServiceExchange::new(layers.service(innermost.clone())).marks_from(innermost);
        let client = client(exchange, &server.endpoint());
        let request = DeployApplication::new(&id).image_url("repo/Image:2");
        let order = client.deploy(request).await.expect("a change order");
        let wait = order.wait().poll(Duration::from_millis(2)).await.expect("an outcome");
        let nonces = nonces.lock().expect("no panic").clone();
        (order.id().to_owned(), wait.outcome, nonces)
    };
    let recorder = Recorder::http();
    let then = deployed(ExchangeService::new(recorder.clone())).await;
    let replay = Replay::new(&recorder.cassette()).expect("a cassette");
    assert_eq!(deployed(ExchangeService::new(replay.clone())).await, then);
    assert_eq!(replay.finish(), Ok(()));
}

/// How a write fails whose service does so.
async fn failed<S>(service: S) -> Error
where
    S: tower::Service<HttpRequest, Response = Answer> + Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
{
    let client = client(ServiceExchange::new(service), "http://127.0.0.1:1");
    client.send(RestartApplication::new("app")).await.expect_err("it fails")
}

#[tokio::test]
async fn errors_of_an_exchange_survive_layers_and_others_are_taken_for_the_worst() {
    let error = failed(ExchangeService::new(Http::new())).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2), "{error}");

    let boxed = ExchangeService::new(Http::new())
        .map_err(|error| -> Box<dyn StdError + Send + Sync> { error.into() });
    let error = failed(boxed).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2), "{error}");

    let foreign = || std::io::Error::other("a layer's own");
    let error = failed(service_fn(move |_: HttpRequest| async move { Err::<Answer, _>(foreign()) })).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::OutcomeUnknown, 1), "{error}");
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("a layer's own"));

    let error = failed(NeverReady(Some("a layer's own"))).await;
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2), "{error}");
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("a layer's own"));
}

#[tokio::test(start_paused = true)]
async fn what_never_had_its_turn_was_not_sent() {
    let exchange = ServiceExchange::new(NeverReady(None)).max_wait(Duration::from_secs(1));
    let client = client(exchange, "http://127.0.0.1:1");
    let error = client.send(RestartApplication::new("app")).await.expect_err("it waits too long");
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 2), "{error}");
    let cause = error.source().map(ToString::to_string);
    assert_eq!(cause.as_deref(), Some("the layers before HTTP let no request pass within 1s"));
}

/// Fails in `poll_ready` with these words, or waits there for ever.
struct NeverReady(Option<&'static str>);

impl tower::Service<HttpRequest> for NeverReady {
    type Response = Answer;
    type Error = std::io::Error;
    type Future = std::future::Ready<Result<Answer, std::io::Error>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), std::io::Error>> {
        match self.0 {
            Some(words) => std::task::Poll::Ready(Err(std::io::Error::other(words))),
            None => std::task::Poll::Pending,
        }
    }

    fn call(&mut self, _: HttpRequest) -> Self::Future {
        std::future::ready(Ok(regions()))
    }
}
