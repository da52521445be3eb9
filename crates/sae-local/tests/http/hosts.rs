//! Hosts: a page in a browser may call this server by any name.

use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use sae_local::LocalSae;
use tokio::net::TcpStream;

use crate::client::{Call, control, exchange};

/// A signed call with this host.
fn call(host: &str) -> Call {
    Call::new("GET", "/pop/v1/paas/regionConfig", &[]).header("host", host)
}

#[tokio::test]
async fn calls_are_taken_by_the_names_of_this_machine_and_of_the_service() {
    let local = LocalSae::builder().host("sae.test").start().await.unwrap();
    let reached = local.local_addr().to_string();
    for host in [
        reached.as_str(),
        "localhost",
        "LocalHost:1",
        "[::1]:8080",
        "sae",
        "sae:80",
        "sae.cn-beijing.aliyuncs.com",
        "sae-vpc.cn-beijing.aliyuncs.com",
        "edas.cn-hangzhou.aliyuncs.com:80",
        "sae.test",
        "SAE.TEST:99",
    ] {
        let answer = call(host).send(&local).await;
        assert_eq!(answer.status, 200, "{host}: {}", answer.body);
    }
    for (host, status, code) in [
        ("evil.example", 403, "Local.HostUnknown"),
        ("evil.example:8080", 403, "Local.HostUnknown"),
        ("127.0.0.1.evil.example", 403, "Local.HostUnknown"),
        ("aliyuncs.com", 403, "Local.HostUnknown"),
        ("evilaliyuncs.com", 403, "Local.HostUnknown"),
        ("sae.cn-beijing.aliyuncs.com.evil.example", 403, "Local.HostUnknown"),
        ("203.0.113.9", 403, "Local.HostUnknown"),
        ("[::1].evil.example", 400, "Local.HostUnreadable"),
        ("localhost:1.evil", 400, "Local.HostUnreadable"),
        ("localhost.", 400, "Local.HostUnreadable"),
        ("localhost:65536", 400, "Local.HostUnreadable"),
        ("[::1%25lo]", 400, "Local.HostUnreadable"),
        ("[fe80::1%eth0]", 400, "Local.HostUnreadable"),
        ("sae.cn-beijing.aliyuncs.com.", 400, "Local.HostUnreadable"),
        ("127.0.0.01", 400, "Local.HostUnreadable"),
        ("[::ffff:8.8.8.8]", 403, "Local.HostUnknown"),
        ("localhost, evil.example", 400, "Local.HostUnreadable"),
        ("2130706433", 400, "Local.HostUnreadable"),
    ] {
        let answer = call(host).send(&local).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{host}");
        assert!(answer.value("Message").contains(host), "{host}: {}", answer.body);
        // The control interface decides the same.
        let text = format!("GET /_local/ HTTP/1.1\r\nhost: {host}\r\n\r\n");
        assert_eq!(exchange(&local, text.as_bytes()).await.status, status, "{host}");
    }
    let answer = call("evil.example:1").send(&local).await;
    assert!(answer.value("Message").contains("--host evil.example (Builder::host)"), "{}", answer.body);
}

#[tokio::test]
async fn a_request_has_one_host() {
    let local = LocalSae::start().await.unwrap();
    for (line, headers, status) in [
        ("/_local/", "", 400),
        ("/_local/", "host: localhost\r\nhost: localhost\r\n", 400),
        ("/_local/", "host: localhost\r\nhost: evil.example\r\n", 400),
        ("/_local/", "host:\r\n", 400),
        ("http://localhost/_local/", "", 400),
        ("http://localhost/_local/", "host: localhost\r\n", 200),
        ("http://localhost:80/_local/", "host: LOCALHOST\r\n", 200),
        ("http://localhost:8080/_local/", "host: localhost:8080\r\n", 200),
        ("http://localhost:8080/_local/", "host: localhost\r\n", 400),
        ("http://evil.example/_local/", "host: localhost\r\n", 400),
        ("http://localhost/_local/", "host: evil.example\r\n", 400),
        ("http://evil.example/_local/", "host: evil.example\r\n", 403),
        ("http://user@localhost/_local/", "host: user@localhost\r\n", 400),
        // Hosts of the real service are for calls only.
        ("/_local/", "host: sae.cn-beijing.aliyuncs.com\r\n", 403),
        ("/_local/", "host: localhost\r\norigin: http://x.oss-cn-beijing.aliyuncs.com\r\n", 403),
        ("/_local/", "host: localhost\r\norigin: http://localhost:1.evil\r\n", 403),
    ] {
        let text = format!("GET {line} HTTP/1.1\r\n{headers}\r\n");
        let answer = exchange(&local, text.as_bytes()).await;
        assert_eq!(answer.status, status, "{line} {headers:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn no_other_header_says_it_and_nobody_is_told_a_password() {
    let local = LocalSae::start().await.unwrap();
    for (line, headers, status) in [
        ("GET /_local/ HTTP/1.1", "host: evil.example\r\nx-forwarded-host: localhost\r\n", 403),
        ("GET /_local/ HTTP/1.1", "host: evil.example\r\nforwarded: host=localhost\r\n", 403),
        ("GET /_local/ HTTP/1.1", "host: localhost\r\nx-forwarded-host: evil.example\r\n", 200),
        ("GET /_local/ HTTP/1.0", "", 400),
        ("GET /_local/ HTTP/1.0", "host: localhost\r\n", 200),
        ("GET /_local/ HTTP/1.0", "host: evil.example\r\n", 403),
        ("GET http://localhost/_local/ HTTP/1.0", "", 400),
        ("CONNECT evil.example:80 HTTP/1.1", "host: evil.example:80\r\n", 403),
        (
            "GET /_local/ HTTP/1.1",
            "host: localhost\r\norigin: http://localhost\r\norigin: http://evil.example\r\n",
            403,
        ),
        (
            "GET /_local/ HTTP/1.1",
            "host: localhost\r\norigin: http://localhost\r\norigin: http://localhost\r\n",
            200,
        ),
        ("GET /_local/ HTTP/1.1", "host: me:hush@localhost\r\n", 400),
        ("GET http://me:hush@localhost/_local/ HTTP/1.1", "host: localhost\r\n", 400),
        ("GET http://me:hush@localhost/ HTTP/1.1", "host: me:hush@localhost\r\n", 400),
    ] {
        let answer = exchange(&local, format!("{line}\r\n{headers}\r\n").as_bytes()).await;
        assert_eq!(answer.status, status, "{line} {headers:?}: {}", answer.body);
        assert!(!answer.body.contains("hush"), "{}", answer.body);
    }
    let noted = control(&local, "GET", "requests", "").await.body;
    assert!(!noted.contains("hush"), "{noted}");
}

#[tokio::test]
async fn http_2_says_it_in_the_line_or_in_both_places_alike() {
    let local = LocalSae::start().await.unwrap();
    let stream = TcpStream::connect(local.local_addr()).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    for (authority, host, status) in [
        ("localhost", None, 200),
        ("localhost", Some("localhost"), 200),
        ("localhost", Some("evil.example"), 400),
        ("evil.example", None, 403),
        ("evil.example", Some("localhost"), 400),
    ] {
        let mut request = hyper::Request::builder().uri(format!("http://{authority}/_local/"));
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let answer = sender.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{authority} {host:?}");
    }
}

#[tokio::test]
async fn other_machines_come_in_with_a_key_or_by_permission() {
    let everywhere = "0.0.0.0:0".parse().unwrap();
    for builder in [
        LocalSae::builder().listen(everywhere),
        LocalSae::builder().listen("[::]:0".parse().unwrap()),
        LocalSae::builder().listen(everywhere).access_key("local", "local-secret"),
        LocalSae::builder().listen(everywhere).access_key("a", "b").access_key("c", "local-secret"),
    ] {
        let error = builder.start().await.unwrap_err();
        assert!(
            error.is_setting() && error.to_string().contains("--insecure (Builder::insecure)"),
            "{error}"
        );
    }
    LocalSae::builder().listen(everywhere).insecure().start().await.unwrap().stop().await;
    LocalSae::builder().listen(everywhere).access_key("a", "b").start().await.unwrap().stop().await;
    let error = LocalSae::builder().host("a:80").start().await.unwrap_err();
    assert_eq!(error.to_string(), "\"a:80\" is not a host: give a name or an address without a port");
    assert!(error.is_setting());
}
