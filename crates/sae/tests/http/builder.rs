//! What the builder refuses, and its limits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sae::transport::{Http, HttpBuilder, Roots};
use sae::{Error, ErrorKind};
use sae_tests::{Authority, Canned, Step, told};
use tokio::net::TcpListener;

use crate::{builder, call};

const REGIONS: &str = r#"{"RequestId":"1","Regions":{"Region":[]}}"#;

fn refused(http: HttpBuilder) -> Error {
    assert!(!format!("{http:?}").contains("hush"), "{http:?}");
    let error = http.build().expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!told(&error).contains("hush"), "{}", told(&error));
    error
}

#[test]
fn certificates_and_keys_that_are_none_are_refused_without_quoting_them() {
    let certificate = Authority::new().certify(&["client"]);
    let other = Authority::new().certify(&["client"]);
    let (chain, key) = (certificate.chain.as_str(), certificate.key.as_str());
    let http = Http::builder;
    let cut = &key[..key.len() / 2];
    let wrapped = |kind: &str, body: &str| format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n");
    for (http, why) in [
        (http().ca_certificates("hush"), "the text of the CA certificates has no certificate in them"),
        (http().ca_certificates(key), "the text of the CA certificates has no certificate in them"),
        (http().ca_certificates(wrapped("CERTIFICATE", "hush!")), "isn't base64"),
        (http().ca_certificates(wrapped("CERTIFICATE", "hush")), "one of the CA certificates is malformed"),
        (http().ca_certificates("-----BEGIN CERTIFICATE-----\nhush"), "without an end"),
        (http().ca_certificates("-----BEGIN hush"), "begins wrongly"),
        (http().roots(Roots::Added), "nobody would be trusted"),
        (
            http().client_certificate("hush", key),
            "the text of the client certificate has no certificate in them",
        ),
        (http().client_certificate(chain, "hush"), "the text of the client key has no private key in it"),
        (http().client_certificate(chain, chain), "the text of the client key has no private key in it"),
        (
            http().client_certificate(chain, cut),
            "the text of the client key has a PEM section without an end",
        ),
        (http().client_certificate(chain, wrapped("PRIVATE KEY", "hush")), "the client key can't be used"),
        (
            http().client_certificate(chain, wrapped("ENCRYPTED PRIVATE KEY", "hush")),
            "the client key is encrypted",
        ),
        (
            http().client_certificate(chain, other.key),
            "the client key isn't the one of the client certificate",
        ),
        (
            http().client_certificate(wrapped("CERTIFICATE", "hush"), key),
            "the client certificate is malformed",
        ),
    ] {
        let error = refused(http);
        assert!(error.message().contains(why), "{why}: {error}");
    }
}

#[test]
fn proxies_that_cant_be_used_are_refused_without_quoting_them() {
    for (address, why) in [
        ("", "this is no address of a proxy; expected http://HOST:PORT"),
        ("http://user:a/hush@proxy", "this is no address of a proxy"),
        ("http://user:a@hush@proxy", "this is no address of a proxy"),
        ("http://user:hush@proxy:99999", "this is no address of a proxy"),
        ("socks5://user:hush@proxy", "a proxy that speaks socks5"),
    ] {
        let error = refused(Http::builder().proxy(address));
        assert!(error.message().contains(why), "{address}: {error}");
    }
}

#[test]
fn what_has_secrets_doesnt_print_them() {
    let Certificates { chain, key } = certificates();
    let http = Http::builder().client_certificate(chain, key.clone()).proxy("http://user:hush@proxy");
    let body = key.lines().nth(1).expect("a key");
    for text in [format!("{http:?}"), format!("{:?}", http.build().expect("HTTP"))] {
        assert!(!text.contains("hush") && !text.contains(body), "{text}");
    }
}

struct Certificates {
    chain: String,
    key: String,
}

fn certificates() -> Certificates {
    let certificate = Authority::new().certify(&["client"]);
    Certificates { chain: certificate.chain, key: certificate.key }
}

#[tokio::test]
async fn a_connection_that_isnt_made_in_time_is_an_error() {
    // Speaks no TLS, and nothing else: the connection isn't made until TLS is agreed on.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("https://{}", listener.local_addr().expect("an address"));
    let http = Http::builder().connect_timeout(Duration::from_millis(40)).build().expect("HTTP");
    let began = Instant::now();
    let error = call(endpoint, &http).await.expect_err("nobody answers");
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(told(&error).contains("no connection within 40 ms"), "{}", told(&error));
    assert!(began.elapsed() < Duration::from_secs(5), "that is the default");
}

#[tokio::test]
async fn unused_connections_are_kept_as_long_and_as_many_as_code_says() {
    let connections = async |http: HttpBuilder, pause: Duration| {
        let server = Canned::start(vec![Step::ok(REGIONS)]).await;
        let http = http.build().expect("HTTP");
        let client = builder(server.endpoint()).http(http).build().expect("a client");
        for _ in 0..2 {
            client.send(sae::model::DescribeRegions::new()).await.expect("an answer");
            tokio::time::sleep(pause).await;
        }
        server.opened()
    };
    let pause = Duration::from_millis(20);
    assert_eq!(connections(Http::builder(), pause).await, 1);
    assert_eq!(connections(Http::builder().max_idle_per_host(0), Duration::ZERO).await, 2);
    assert_eq!(connections(Http::builder().idle_timeout(Duration::from_millis(1)), pause).await, 2);
}

#[tokio::test]
async fn times_without_end_are_long_times_and_no_panic() {
    let overflows = Arc::new(AtomicUsize::new(0));
    let (seen, before) = (Arc::clone(&overflows), std::panic::take_hook());
    std::panic::set_hook(Box::new(move |panic| {
        if panic.to_string().contains("overflow when adding") {
            seen.fetch_add(1, Ordering::Relaxed);
        }
        before(panic);
    }));
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let http = Http::builder().idle_timeout(Duration::MAX).connect_timeout(Duration::MAX);
    let client = builder(server.endpoint()).http(http.build().expect("HTTP")).build().expect("a client");
    for _ in 0..2 {
        client.send(sae::model::DescribeRegions::new()).await.expect("an answer");
        // What looks after unused connections is a task of its own.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!((server.opened(), overflows.load(Ordering::Relaxed)), (1, 0));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn connections_are_made_from_the_address_that_code_names() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let from = "127.0.0.7".parse().expect("an address");
    let http = Http::builder().local_address(from).build().expect("HTTP");
    let accepted = async { listener.accept().await.expect("a connection").1.ip() };
    // The connection is dropped without an answer.
    let (peer, _) = tokio::join!(accepted, call(endpoint, &http));
    assert_eq!(peer, from);
}

#[tokio::test]
async fn a_larger_body_than_code_allows_is_refused() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let http = Http::builder().max_body(REGIONS.len()).build().expect("HTTP");
    call(server.endpoint(), &http).await.expect("it fits");
    let http = Http::builder().max_body(REGIONS.len() - 1).build().expect("HTTP");
    let error = call(server.endpoint(), &http).await.expect_err("it is too large");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.message().contains("larger than the limit of 40 bytes"), "{error}");
}
