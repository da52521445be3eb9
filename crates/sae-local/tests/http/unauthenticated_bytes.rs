//! The bytes of requests that aren't authenticated yet are limited over all connections together.

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sae_local::{Limits, LocalSae};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::client::{Call, exchange, read};

async fn with(bytes: usize) -> LocalSae {
    LocalSae::builder().limits(Limits::default().unauthenticated(bytes)).start().await.unwrap()
}

/// An unsigned request with a body of this length, of which this much is sent.
fn stranger(length: usize, sent: usize) -> String {
    let head = format!("POST /pop/v1/paas/namespace HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n");
    head + &"x".repeat(sent)
}

/// A connection on which this much was sent, without the end.
async fn held(local: &LocalSae, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

fn large() -> Call {
    Call::new("POST", "/pop/v1/paas/namespace", &[]).body("text/plain", &"x".repeat(200_000))
}

#[tokio::test]
async fn bodies_of_strangers_have_one_budget() {
    let local = with(300_000).await;
    let waiting = held(&local, &stranger(200_000, 190_000)).await;
    // Until the server has read what was sent, another one is accepted.
    let refused = loop {
        let answer = exchange(&local, stranger(200_000, 200_000).as_bytes()).await;
        if answer.status == 503 {
            break answer;
        }
        assert_eq!(answer.status, 400, "{}", answer.body);
    };
    assert_eq!(refused.value("Code"), "Local.TooManyBytes");
    assert!(refused.value("Message").contains("300000 bytes"), "{}", refused.body);
    let head = refused.head.to_lowercase();
    assert!(head.contains("\r\nretry-after: 1") && head.contains("\r\nconnection: close"), "{head}");
    // Small requests are still accepted, and released bytes can be used again.
    assert_eq!(Call::new("GET", "/pop/v1/paas/regionConfig", &[]).send(&local).await.status, 200);
    drop(waiting);
    while large().send(&local).await.status == 503 {
        tokio::task::yield_now().await;
    }
    for _ in 0..10 {
        assert_eq!(large().send(&local).await.refusal(), (400, "InvalidParameter.NotEmpty".to_owned()));
    }
}

#[tokio::test]
async fn a_body_that_comes_with_its_head_counts_once() {
    let local = with(10_000).await;
    let chunked = "POST /pop/v1/paas/namespace HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunked = format!("{chunked}1770\r\n{}\r\n0\r\n\r\n", "x".repeat(6_000));
    for text in [stranger(6_000, 6_000), chunked, stranger(9_000, 9_000)] {
        let answer = exchange(&local, text.as_bytes()).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
    }
    for length in [10_000, 12_000] {
        let answer = exchange(&local, stranger(length, length).as_bytes()).await;
        assert_eq!(answer.refusal(), (503, "Local.TooManyBytes".to_owned()), "{length}");
    }
}

#[tokio::test]
async fn heads_of_strangers_have_the_same_budget() {
    let local = with(20_000).await;
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}", "x".repeat(15_000));
    let _first = held(&local, &head).await;
    let mut second = held(&local, &head).await;
    let mut third = held(&local, &head).await;
    // Any of them may be the one that comes too late: at least one of the later two is.
    let answer = tokio::select! {
        answer = read(&mut second) => answer,
        answer = read(&mut third) => answer,
    };
    assert_eq!(answer.refusal(), (503, "Local.TooManyBytes".to_owned()));
    assert!(answer.head.to_lowercase().contains("\r\nretry-after: 1"), "{}", answer.head);
}

#[tokio::test]
async fn streams_of_http_2_have_the_same_budget() {
    let local = with(300_000).await;
    let _waiting = held(&local, &stranger(200_000, 190_000)).await;
    let stream = TcpStream::connect(local.local_addr()).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let body = loop {
        let uri = format!("{}/pop/v1/paas/namespace", local.endpoint());
        let request = hyper::Request::post(uri).body(Full::new(Bytes::from(vec![b'x'; 200_000]))).unwrap();
        let answer = sender.send_request(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        if status == 503 {
            break String::from_utf8(body.to_vec()).unwrap();
        }
        assert_eq!(status, 400);
    };
    assert!(body.contains("Local.TooManyBytes"), "{body}");
}

#[tokio::test]
async fn a_connection_does_not_keep_a_large_head_for_a_stranger() {
    let local = LocalSae::start().await.unwrap();
    for (length, closed) in [(1_000, false), (40_000, true)] {
        let call = Call::new("GET", "/pop/v1/paas/regionConfig", &[("A", &"x".repeat(length))]);
        let refused = call.clone().key("local", "wrong").send(&local).await;
        assert_eq!(refused.refusal(), (400, "SignatureDoesNotMatch".to_owned()));
        assert_eq!(refused.head.to_lowercase().contains("\r\nconnection: close"), closed, "{length}");
        let taken = call.send(&local).await;
        assert!(taken.status == 200 && !taken.head.to_lowercase().contains("connection: close"), "{length}");
    }
}
