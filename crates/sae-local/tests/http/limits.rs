//! Invalid or oversized HTTP is refused cleanly, and connections live as long as they should.

use sae_local::LocalSae;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::client::{Call, exchange, read};

fn regions() -> Call {
    Call::new("GET", "/pop/v1/paas/regionConfig", &[])
}

#[tokio::test]
async fn nonsense_is_refused_and_hurts_nobody() {
    let local = LocalSae::start().await.unwrap();
    let long = format!("GET /{} HTTP/1.1\r\nhost: x\r\n\r\n", "a".repeat(70_000));
    let heavy = format!("GET / HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n", "a".repeat(200_000));
    let many = format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(200));
    for (bytes, status) in [
        ("nonsense\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: what\r\n\r\n", 400),
        ("GET /%zz%ff?%=%&=a HTTP/1.1\r\nhost: x\r\nauthorization: acs local:x\r\n\r\n", 400),
        (long.as_str(), 414),
        (heavy.as_str(), 431),
        (many.as_str(), 431),
    ] {
        let answer = exchange(&local, bytes.as_bytes()).await;
        assert_eq!(answer.status, status, "{bytes:.60}");
    }
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..50 {
        let bytes: Vec<u8> = (0..300).map(|_| random.u8(..)).chain(*b"\r\n\r\n").collect();
        exchange(&local, &bytes).await;
    }
    assert_eq!(regions().send(&local).await.status, 200);
}

#[tokio::test]
async fn urls_may_be_long_and_bodies_large() {
    let local = LocalSae::start().await.unwrap();
    let value = "x".repeat(60_000);
    let answer = Call::new("GET", "/pop/v1/paas/regionConfig", &[("Envs", &value)]).send(&local).await;
    assert_eq!(answer.status, 200);
    let large = |length: usize| {
        Call::new("POST", "/pop/v1/paas/namespace", &[]).body("text/plain", &"x".repeat(length))
    };
    assert_eq!(large(3_000_000).send(&local).await.refusal(), (400, "InvalidParameter.NotEmpty".to_owned()));
    let answer = large(5_000_000).send(&local).await;
    assert_eq!(answer.refusal(), (413, "Local.BodyTooLarge".to_owned()));
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let local = LocalSae::start().await.unwrap();
    let mut stream = TcpStream::connect(local.local_addr()).await.unwrap();
    for _ in 0..3 {
        stream.write_all(&regions().bytes(&local, 0)).await.unwrap();
        assert_eq!(read(&mut stream).await.status, 200);
    }
    // It ends with the server, whether that is stopped or dropped.
    local.stop().await;
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.ok();
    assert_eq!(read(&mut stream).await.status, 0);
}

#[tokio::test]
async fn a_server_ends_when_it_is_dropped_or_told_to() {
    let local = LocalSae::start().await.unwrap();
    let address = local.local_addr();
    drop(local);
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let local = LocalSae::builder().listen(address).start().await.unwrap();
    assert_eq!(local.endpoint(), format!("http://{address}"));
    let taken = LocalSae::builder().listen(address).start().await.unwrap_err();
    assert_eq!(taken.to_string(), format!("can't listen on {address}"));
    local.run_until(std::future::ready(())).await;
    assert!(TcpStream::connect(address).await.is_err());
    assert!(LocalSae::builder().access_key("", "x").start().await.is_err());
    let twice =
        LocalSae::builder().access_key("id", "one").access_key("id", "two").start().await.unwrap_err();
    assert_eq!(twice.to_string(), "two access keys have the same id");
}

#[test]
fn secrets_are_not_printed() {
    let builder = LocalSae::builder().access_key("id", "very-secret");
    assert!(format!("{builder:?}").contains("id") && !format!("{builder:?}").contains("very-secret"));
}
