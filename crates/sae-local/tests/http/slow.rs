//! Clients that send byte by byte, or stop in the middle: they hold neither a connection nor the byte budget forever.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Body, Bytes, Frame};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sae_local::{Limits, LocalSae};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::sleep;

use crate::client::{Call, read};

const SHORT: Duration = Duration::from_millis(150);
const BETWEEN: Duration = Duration::from_millis(2);

async fn with(limits: Limits) -> LocalSae {
    LocalSae::builder()
        .limits(limits.head_time(SHORT).body_time(SHORT).idle_time(SHORT))
        .start()
        .await
        .unwrap()
}

/// Sends a call until it gets this answer: the client may itself be too slow if others keep it waiting.
async fn until(local: &LocalSae, call: &Call, said: &str) {
    let mut answer = call.send(local).await;
    for _ in 0..2_000 {
        if answer.body.contains(said) {
            return;
        }
        sleep(BETWEEN).await;
        answer = call.send(local).await;
    }
    panic!("never {said}: {answer:?}");
}

fn regions() -> Call {
    Call::new("GET", "/pop/v1/paas/regionConfig", &[])
}

/// Sends the beginning at once, then byte by byte as long as the server reads them.
async fn dribble(mut stream: OwnedWriteHalf, beginning: &[u8], drop: &[u8]) {
    if stream.write_all(beginning).await.is_ok() {
        while stream.write_all(drop).await.is_ok() {
            sleep(BETWEEN).await;
        }
    }
}

/// The server's answer to a client that sends byte by byte.
async fn dribbled(local: &LocalSae, beginning: &[u8], drop: &[u8]) -> String {
    let (mut back, forth) = TcpStream::connect(local.local_addr()).await.unwrap().into_split();
    let (beginning, drop) = (beginning.to_vec(), drop.to_vec());
    let sender = tokio::spawn(async move { dribble(forth, &beginning, &drop).await });
    let mut said = Vec::new();
    // A client that goes on may find the connection reset after the answer.
    let mut chunk = [0; 4096];
    while let Ok(count @ 1..) = back.read(&mut chunk).await {
        said.extend_from_slice(&chunk[..count]);
    }
    sender.await.unwrap();
    String::from_utf8_lossy(&said).into_owned()
}

const HEADS: [(&str, &str); 5] = [
    ("", "G"),
    ("GET / HTTP/1.1\r\n", "x"),
    ("GET / HTTP/1.1\r\nhost: x\r\nx: ", "PRI"),
    ("GET / HTTP/1.1\r\nhost: x\r\n", "a: b\r\n"),
    ("PRI * HTTP/1.1\r\nhost: x\r\nx: ", "y"),
];

const BODIES: [(&str, &str); 3] = [
    ("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n", "x"),
    ("POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    ("POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1000000\r\n\r\n", "PRI"),
];

#[tokio::test]
async fn a_request_that_comes_byte_by_byte_ends_in_time() {
    let local = with(Limits::default()).await;
    for (beginning, drop) in HEADS {
        let said = dribbled(&local, beginning.as_bytes(), drop.as_bytes()).await;
        // A head with many headers may have too many of them before it is too slow.
        let told = ["Local.HeadTimeout", "Local.HeadTooLarge"].iter().any(|code| said.contains(code));
        assert!(told, "{beginning:?} {drop:?}: {said}");
    }
    for (beginning, drop) in BODIES {
        let said = dribbled(&local, beginning.as_bytes(), drop.as_bytes()).await;
        assert!(
            said.contains("Local.BodyUnreadable") && said.contains("connection: close"),
            "{beginning:?}: {said}"
        );
    }
    // Empty lines don't begin a request, and give no more time.
    assert_eq!(dribbled(&local, b"", b"\r\n").await, "");
    until(&local, &regions(), "cn-hangzhou").await;
}

#[tokio::test]
async fn whoever_is_slow_gives_back_what_he_held() {
    let local = with(Limits::default().unauthenticated(100_000).connections(16)).await;
    let half = |kind: &str| format!("{kind}{}", "x".repeat(60_000)).into_bytes();
    let large = Call::new("POST", "/pop/v1/paas/namespace", &[]).body("text/plain", &"x".repeat(60_000));
    for (beginning, drop) in [
        (half("GET / HTTP/1.1\r\nhost: x\r\nx: "), "y"),
        (half("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 70000\r\n\r\n"), "y"),
    ] {
        let mut held = Vec::new();
        for _ in 0..15 {
            let (_, forth) = TcpStream::connect(local.local_addr()).await.unwrap().into_split();
            let beginning = beginning.clone();
            held.push(tokio::spawn(async move { dribble(forth, &beginning, drop.as_bytes()).await }));
        }
        // They end without the client, and another one is accepted then.
        for sender in held {
            sender.await.unwrap();
        }
        until(&local, &large, "InvalidParameter.NotEmpty").await;
    }
}

#[tokio::test]
async fn a_stream_whose_body_never_ends_is_refused() {
    let local = with(Limits::default()).await;
    let stream = TcpStream::connect(local.local_addr()).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request =
        hyper::Request::post(format!("{}/pop/v1/paas/namespace", local.endpoint())).body(Endless).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    assert_eq!(answer.status().as_u16(), 400);
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("Local.BodyUnreadable"));
}

#[tokio::test]
async fn bytes_in_the_middle_do_not_turn_a_connection_into_another_version() {
    // After the first bytes of HTTP/2, a head would otherwise not be counted.
    let local = LocalSae::builder().limits(Limits::default().unauthenticated(20_000)).start().await.unwrap();
    let mut streams = Vec::new();
    for _ in 0..3 {
        let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
        stream.set_nodelay(true).unwrap();
        stream.write_all(b"GET /").await.unwrap();
        sleep(BETWEEN).await;
        let rest = format!("PRI HTTP/1.1\r\nhost: x\r\nx: {}", "x".repeat(15_000));
        stream.write_all(rest.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    let [first, second, third] = &mut streams[..] else { panic!("three") };
    let answer = tokio::select! {
        answer = read(first) => answer,
        answer = read(second) => answer,
        answer = read(third) => answer,
    };
    assert_eq!(answer.refusal(), (503, "Local.TooManyBytes".to_owned()));
}

#[tokio::test]
async fn http_2_may_begin_in_pieces() {
    let limits = Limits::default().head_time(SHORT);
    let local = LocalSae::builder().limits(limits).start().await.unwrap();
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    stream.set_nodelay(true).unwrap();
    stream.write_all(b"PRI * HT").await.unwrap();
    sleep(BETWEEN).await;
    // The rest, and the frame of settings that follows it.
    stream.write_all(b"TP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    sleep(2 * SHORT).await;
    stream.write_all(b"\0\0\x08\x06\0\0\0\0\0ARE-YOU?").await.unwrap();
    let mut said = Vec::new();
    while !said.windows(8).any(|bytes| bytes == b"ARE-YOU?") {
        let mut chunk = [0; 1024];
        let count = stream.read(&mut chunk).await.unwrap();
        assert!(count > 0, "the connection ends: {}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&chunk[..count]);
    }
}

#[tokio::test]
async fn what_comes_behind_a_request_has_no_more_time_than_the_request() {
    let local = with(Limits::default()).await;
    let two = [regions().bytes(&local, 0), b"GET / HTTP/1.1\r\n".to_vec()].concat();
    let said = dribbled(&local, &two, b"x").await;
    assert!(said.starts_with("HTTP/1.1 200 OK"), "{said}");
    // A client that sends a piece and stops is closed as idle.
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    stream.write_all(&two).await.unwrap();
    assert_eq!(read(&mut stream).await.status, 200);
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest).await;
    until(&local, &regions(), "cn-hangzhou").await;
}

/// A body of which nothing arrives.
struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}
