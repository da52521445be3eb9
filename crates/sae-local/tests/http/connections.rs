//! HTTP/1.1 and HTTP/2, and the limits of a connection.

use std::time::Duration;

use http_body_util::{BodyExt as _, Empty};
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sae_local::{Fault, Limits, LocalSae};
use sae_sign::Scheme;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{Answer, Call, exchange, read};

fn regions() -> Call {
    Call::new("GET", "/pop/v1/paas/regionConfig", &[("A", "b c")])
}

async fn with(limits: Limits) -> LocalSae {
    LocalSae::builder().limits(limits).start().await.unwrap()
}

/// Everything that arrives until the server closes the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn requests_may_follow_each_other_without_waiting() {
    let local = LocalSae::start().await.unwrap();
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    let last = String::from_utf8(regions().bytes(&local, 0)).unwrap();
    let last = last.replace("content-length", "connection: close\r\ncontent-length");
    let three = [regions().bytes(&local, 0), regions().bytes(&local, 0), last.into_bytes()].concat();
    stream.write_all(&three).await.unwrap();
    assert_eq!(rest(&mut stream).await.matches("HTTP/1.1 200 OK").count(), 3);
}

/// Sends a signed call over HTTP/2.
async fn send(sender: &mut http2::SendRequest<Empty<Bytes>>, call: &Call, local: &LocalSae) -> (u16, String) {
    let text = String::from_utf8(call.bytes(local, 0)).unwrap();
    let mut lines = text.lines();
    let target = lines.next().unwrap().split(' ').nth(1).unwrap();
    let mut request = hyper::Request::builder().uri(format!("{}{target}", local.endpoint()));
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name != "host" && name != "content-length" {
            request = request.header(name, value);
        }
    }
    let answer = sender.send_request(request.body(Empty::new()).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

async fn http2(local: &LocalSae) -> http2::SendRequest<Empty<Bytes>> {
    let stream = TcpStream::connect(local.local_addr()).await.unwrap();
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

#[tokio::test]
async fn http_2_is_spoken_to_who_knows() {
    let local = LocalSae::start().await.unwrap();
    let mut sender = http2(&local).await;
    for scheme in [Scheme::Roa, Scheme::Acs3, Scheme::Roa] {
        let (status, body) = send(&mut sender, &regions().scheme(scheme), &local).await;
        assert_eq!(status, 200, "{body}");
    }
    let (status, body) = send(&mut sender, &regions().key("local", "wrong"), &local).await;
    assert!(status == 400 && body.contains("SignatureDoesNotMatch"), "{body}");
    // On HTTP/2, a dropped connection is a reset stream; other streams go on.
    local.control().fault(Fault::everywhere().times(1).drop_before()).unwrap();
    let uri = format!("{}/pop/v1/paas/regionConfig", local.endpoint());
    let mut request = hyper::Request::builder().uri(uri);
    let text =
        String::from_utf8(Call::new("GET", "/pop/v1/paas/regionConfig", &[]).bytes(&local, 0)).unwrap();
    for (name, value) in text.lines().filter_map(|line| line.split_once(": ")) {
        if name != "host" && name != "content-length" {
            request = request.header(name, value);
        }
    }
    assert!(sender.send_request(request.body(Empty::new()).unwrap()).await.is_err());
    assert_eq!(send(&mut sender, &regions(), &local).await.0, 200);
}

#[tokio::test]
async fn one_connection_too_many_is_told_so() {
    let local = with(Limits::default().connections(2)).await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
        stream.write_all(&regions().bytes(&local, 0)).await.unwrap();
        assert_eq!(read(&mut stream).await.status, 200);
        kept.push(stream);
    }
    let refused = regions().send(&local).await;
    assert_eq!(refused.refusal(), (503, "Local.TooManyConnections".to_owned()));
    assert!(refused.head.contains("connection: close") && refused.value("Message").contains("2 connections"));
    // A connection is accepted when another one ends.
    drop(kept);
    while regions().send(&local).await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_like_everything_else() {
    let local = with(Limits::default().head(16 * 1024).body(1_000)).await;
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(66_000));
    let heavy = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "a".repeat(17 * 1024));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(200));
    let body = format!("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1001\r\n\r\n{}", "x".repeat(1_001));
    let chunked = format!(
        "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n3e9\r\n{}\r\n0\r\n\r\n",
        "x".repeat(1_001)
    );
    for (bytes, status, code) in [
        ("nonsense\r\n\r\n", 400, "Local.HeadUnreadable"),
        (heavy.as_str(), 431, "Local.HeadTooLarge"),
        (many.as_str(), 431, "Local.HeadTooLarge"),
        (body.as_str(), 413, "Local.BodyTooLarge"),
        (chunked.as_str(), 413, "Local.BodyTooLarge"),
    ] {
        let answer = exchange(&local, bytes.as_bytes()).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{bytes:.40}");
        assert!(answer.head.contains(&answer.value("RequestId")));
    }
    let answer = exchange(&LocalSae::start().await.unwrap(), long.as_bytes()).await;
    assert_eq!(answer.refusal(), (414, "Local.UriTooLong".to_owned()));
}

#[tokio::test]
async fn nobody_waits_for_a_slow_client_for_ever() {
    let short = Duration::from_millis(30);
    let local = with(Limits::default().head_time(short).body_time(short)).await;
    for (sent, status, code) in [
        ("GET / HTTP/1.1\r\nhost:", 408, "Local.HeadTimeout"),
        ("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nabc", 400, "Local.BodyUnreadable"),
    ] {
        let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let answer: Answer = read(&mut stream).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()));
        assert_eq!(rest(&mut stream).await, "", "the connection ends");
    }
}

#[tokio::test]
async fn an_empty_line_is_not_the_beginning_of_a_request() {
    let local = with(Limits::default().head_time(Duration::from_millis(20))).await;
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    for _ in 0..2 {
        stream.write_all(&regions().bytes(&local, 0)).await.unwrap();
        assert_eq!(read(&mut stream).await.status, 200);
        // Some clients end a body like this.
        stream.write_all(b"\r\n").await.unwrap();
        let told = tokio::time::timeout(Duration::from_millis(60), stream.read_u8()).await;
        assert!(told.is_err(), "{told:?}");
    }
}

#[tokio::test]
async fn idle_connections_end_without_a_word() {
    let local = with(Limits::default().idle_time(Duration::from_millis(30))).await;
    let mut silent = TcpStream::connect(local.local_addr()).await.unwrap();
    assert_eq!(rest(&mut silent).await, "");
    let mut served = TcpStream::connect(local.local_addr()).await.unwrap();
    served.write_all(&regions().bytes(&local, 0)).await.unwrap();
    assert_eq!(read(&mut served).await.status, 200);
    assert_eq!(rest(&mut served).await, "");
    let mut sender = http2(&local).await;
    assert_eq!(send(&mut sender, &regions(), &local).await.0, 200);
    while !sender.is_closed() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    // A running request isn't idle, however long it takes.
    local.control().fault(Fault::everywhere().times(1).latency(Duration::from_millis(90))).unwrap();
    assert_eq!(regions().send(&local).await.status, 200);
}
