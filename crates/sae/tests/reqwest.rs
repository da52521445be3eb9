//! Calls through a client of reqwest, over real sockets.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

use std::sync::{Arc, Mutex};

use reqwest::redirect::Policy;
use sae::model::{
    CreateApplication, CreateNamespace, DeployApplication, DescribeNamespaces, DescribeRegions, EnvVar,
    PackageType,
};
use sae::transport::{Exchange as _, ExchangeError, HttpRequest, Method, ReqwestExchange};
use sae::{Builder, Client, Credentials, Error, ErrorKind, Format, Scheme};
use sae_local::LocalSae;
use sae_tests::{Canned, Step, told};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

const REGIONS: &str = r#"{"RequestId":"1","Regions":{"Region":[]}}"#;

/// One that obeys the rules: one attempt, no redirect.
fn plain() -> ReqwestExchange {
    ReqwestExchange::new(crypto().no_proxy().redirect(Policy::none()).build().expect("a client"))
        .without_redirects()
}

/// In this workspace reqwest has TLS, but leaves to the program by whom.
fn crypto() -> reqwest::ClientBuilder {
    // Fails if another test was faster.
    tokio_rustls::rustls::crypto::ring::default_provider().install_default().ok();
    reqwest::Client::builder()
}

fn builder(endpoint: impl Into<String>) -> Builder {
    Client::builder().credentials(Credentials::new("local", "local-secret")).endpoint(endpoint)
}

async fn read(endpoint: impl Into<String>, http: impl Into<ReqwestExchange>) -> Result<(), Error> {
    let client = builder(endpoint).http_client(http).max_attempts(1).build().expect("a client");
    client.send(DescribeRegions::new()).await.map(|_| ())
}

async fn write(endpoint: impl Into<String>, http: impl Into<ReqwestExchange>) -> Error {
    let client = builder(endpoint).http_client(http).build().expect("a client");
    let deploy = DeployApplication::new("app").envs([EnvVar::plain("KEY", "hush")]);
    client.send(deploy).await.expect_err("it fails")
}

#[tokio::test]
async fn the_local_server_verifies_what_reqwest_sends() {
    let server = LocalSae::start().await.expect("a server");
    for (scheme, format, id) in [
        (Scheme::Acs3, Format::Json, "a"),
        (Scheme::Roa, Format::Json, "b"),
        (Scheme::Acs3, Format::Xml, "c"),
    ] {
        let client = builder(server.endpoint()).signature(scheme).format(format).http_client(plain());
        let client = client.build().expect("a client");
        let id = format!("cn-hangzhou:{id}");
        let name = "a name: ü + /../ % ' \" ~*";
        client.send(CreateNamespace::new(name).namespace_id(&id)).await.expect("a write");
        let create = CreateApplication::new("shop", PackageType::Image, 1).namespace_id(&id);
        let create =
            create.image_url("repo/shop:1").cpu(1000).memory(2048).envs([EnvVar::plain("KEY", name)]);
        client.send(create).await.expect("a write");
        let found = client.send(DescribeNamespaces::new(1, 10)).await.expect("a read");
        let found = found.into_data().expect("data");
        assert!(found.namespaces.iter().any(|it| it.namespace_name.as_deref() == Some(name)), "{found:?}");
    }
}

#[tokio::test]
async fn calls_go_through_the_proxy_of_the_client() {
    let server = LocalSae::start().await.expect("a server");
    let (address, heads) = proxy(server.endpoint().trim_start_matches("http://").to_owned()).await;
    let through = reqwest::Proxy::all(address).expect("an address").basic_auth("user", "hush");
    let http = crypto().proxy(through).redirect(Policy::none()).build().expect("a client");
    assert!(!format!("{:?}", ReqwestExchange::new(http.clone())).contains("hush"));
    read(server.endpoint(), http).await.expect("an answer");
    let heads = heads.lock().expect("no task panicked");
    assert!(heads[0].starts_with(&format!("GET {}/pop/", server.endpoint())), "{heads:?}");
    assert!(heads[0].contains("proxy-authorization: Basic dXNlcjpodXNo\r\n"), "{heads:?}");
}

#[tokio::test]
async fn a_connection_that_isnt_made_means_that_nothing_was_sent() {
    let error = write("http://127.0.0.1:1", plain()).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert_eq!(error.attempts(), 3, "it can be repeated");
    assert!(!told(&error).contains("hush"), "{}", told(&error));
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_a_write_unknown_and_keeps_what_came() {
    let server = Canned::start(vec![Step::Hangup]).await;
    let error = write(server.endpoint(), plain()).await;
    assert_eq!((error.kind(), server.requests().len()), (ErrorKind::OutcomeUnknown, 1), "{error}");
    assert!(!told(&error).contains("hush"), "{}", told(&error));

    let server = Canned::start(vec![Step::Truncated(br#"{"Data":"#.to_vec())]).await;
    let error = write(server.endpoint(), plain()).await;
    assert_eq!((error.kind(), server.requests().len()), (ErrorKind::OutcomeUnknown, 1), "{error}");
    assert_eq!(error.answer().map(|answer| &answer.body[..]), Some(&br#"{"Data":"#[..]));
    assert!(!told(&error).contains("hush"), "{}", told(&error));

    let server = Canned::start(vec![Step::Hangup, Step::ok(REGIONS)]).await;
    let client = builder(server.endpoint()).http_client(plain()).build().expect("a client");
    client.send(DescribeRegions::new()).await.expect("a read is repeated");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_given_up_while_it_comes() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let http = |limit| plain().max_body(limit);
    read(server.endpoint(), http(REGIONS.len())).await.expect("it fits");
    let error = read(server.endpoint(), http(REGIONS.len() - 1)).await.expect_err("it is too large");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.status(), Some(200));
    assert!(error.message().contains("larger than the limit of 40 bytes"), "{error}");
}

#[tokio::test]
async fn an_answer_by_way_of_a_redirect_is_refused() {
    let target = Canned::start(vec![Step::ok(REGIONS)]).await;
    let location = format!("location: {}/elsewhere", target.endpoint());
    let server = Canned::start(vec![Step::status(307, "").header(location)]).await;

    let error = read(server.endpoint(), plain()).await.expect_err("it is no answer");
    assert_eq!(error.kind(), ErrorKind::Service);
    assert!(error.message().contains("redirects are never followed"), "{error}");
    assert_eq!(target.requests().len(), 0);

    let follows = crypto().no_proxy().build().expect("a client");
    let error = read(server.endpoint(), follows.clone()).await.expect_err("it isn't the service's answer");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert!(error.message().contains("followed a redirect to 127.0.0.1 with the signed request"), "{error}");
    assert_eq!(error.attempts(), 1, "a stranger gets the signed request once");
    assert_eq!(write(server.endpoint(), follows).await.kind(), ErrorKind::OutcomeUnknown);
}

/// The service has the request, and nobody listens where it sends the client.
#[tokio::test]
async fn a_connection_that_fails_after_a_redirect_leaves_a_write_unknown() {
    let step = || Step::status(307, "").header("location: http://127.0.0.1:1/".to_owned());
    let server = Canned::start(vec![step(), step(), step()]).await;
    let follows = crypto().no_proxy().build().expect("a client");
    let error = write(server.endpoint(), follows).await;
    assert_eq!((error.kind(), server.requests().len()), (ErrorKind::OutcomeUnknown, 1), "{error}");
}

#[tokio::test]
async fn what_reqwest_would_change_is_not_sent() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let http = plain();
    for rest in ["/a/../b", "/a/%2E%2e/b", "/a/./b", "/a?b='", "/a\tb", "/a#b", "//a/.."] {
        let request = HttpRequest::new(Method::Get, format!("{}{rest}", server.endpoint()));
        let error = http.exchange(request).await.map(|answer| answer.status);
        assert!(matches!(error, Err(ExchangeError::Unsendable(_))), "{rest}: {error:?}");
    }
    for url in ["", "127.0.0.1", "http://", "http://a b/", "ftp://127.0.0.1/"] {
        let error = http.exchange(HttpRequest::new(Method::Get, url)).await.map(|answer| answer.status);
        assert!(
            matches!(error, Err(ExchangeError::Unsendable(_) | ExchangeError::NotSent(_))),
            "{url}: {error:?}"
        );
    }
}

#[test]
fn a_runtime_that_makes_no_connections_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let error = runtime.block_on(read("http://127.0.0.1:1", plain())).expect_err("there is no I/O");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(told(&error).contains("enable_io()"), "{}", told(&error));
}

/// A proxy of plain HTTP before this server: its address, and the heads that it reads.
async fn proxy(to: String) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&heads);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") && stream.read_buf(&mut head).await.expect("a request") > 0 {}
            let head = String::from_utf8(head).expect("a text");
            // What a proxy does: the path alone goes on.
            let onwards = head.replacen(&format!(" http://{to}/"), " /", 1);
            seen.lock().expect("no task panicked").push(head);
            let mut server = TcpStream::connect(&to).await.expect("a connection");
            server.write_all(onwards.as_bytes()).await.expect("written");
            // Ends when either side cuts it.
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        }
    });
    (address, heads)
}
