//! A proxy that code names.

use sae::ErrorKind;
use sae::transport::{Http, Roots};
use sae_local::LocalSae;
use sae_tests::{Authority, Canned, Step, told};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use crate::front::{Front, Terms};
use crate::{call, local, port_of};

const REGIONS: &str = r#"{"RequestId":"1","Regions":{"Region":[]}}"#;

#[tokio::test]
async fn a_proxy_in_code_gets_the_whole_address_and_its_key() {
    let proxy = Canned::start(vec![Step::ok(REGIONS)]).await;
    let address = proxy.endpoint().replace("http://", "http://user:a%2Fhush@");
    let http = Http::builder().proxy(address).build().expect("HTTP");
    call("http://sae.example.invalid:81", &http).await.expect("the proxy answers");
    let request = &proxy.requests()[0];
    assert!(request.starts_with("GET http://sae.example.invalid:81/pop/"), "{request}");
    assert!(request.contains("\r\nproxy-authorization: Basic dXNlcjphL2h1c2g=\r\n"), "{request}");
}

#[tokio::test]
async fn over_https_a_proxy_in_code_opens_a_tunnel_and_gets_no_part_of_the_call() {
    let server = LocalSae::builder().host("sae.example.invalid").start().await.expect("a server");
    let (authority, clients) = (Authority::new(), Authority::new());
    let terms = Terms { clients: Some(&clients), ..Terms::default() };
    let front = Front::start(&authority.certify(&["sae.example.invalid"]), terms, port_of(&server)).await;
    let (proxy, head) = tunnel(front.port()).await;
    let client = clients.certify(&["client"]);
    let http = Http::builder()
        .roots(Roots::Added)
        .ca_certificates(authority.pem())
        .client_certificate(client.chain, client.key)
        .proxy(format!("http://user:hush@127.0.0.1:{proxy}"))
        .build()
        .expect("HTTP");
    call("https://sae.example.invalid", &http).await.expect("the server behind the tunnel answers");
    drop(http);
    let head = head.await.expect("the proxy was asked");
    assert!(head.starts_with("CONNECT sae.example.invalid:443 HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("Basic dXNlcjpodXNo"), "{head}");
    assert!(!head.contains("x-acs-"), "{head}");
}

#[tokio::test]
async fn a_proxy_that_asks_for_a_client_certificate_gets_none_and_the_service_behind_it_does() {
    let server = LocalSae::builder().host("sae.example.invalid").start().await.expect("a server");
    let (authority, clients) = (Authority::new(), Authority::new());
    let terms = Terms { clients: Some(&clients), ..Terms::default() };
    let service = Front::start(&authority.certify(&["sae.example.invalid"]), terms, port_of(&server)).await;
    let asking = || Terms { clients: Some(&clients), optional: true, ..Terms::default() };
    let certificate = authority.certify(&["localhost"]);
    let (tunnel, _head) = tunnel(service.port()).await;
    let proxy = Front::start(&certificate, asking(), tunnel).await;
    // One that reads requests itself.
    let canned = Canned::start(vec![Step::ok(REGIONS)]).await;
    let port = canned.endpoint().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    let reading = Front::start(&certificate, asking(), port).await;
    let client = clients.certify(&["client"]);
    let through = |proxy: &Front| {
        Http::builder()
            .roots(Roots::Added)
            .ca_certificates(authority.pem())
            .client_certificate(client.chain.as_str(), client.key.as_str())
            .proxy(proxy.endpoint())
            .build()
            .expect("HTTP")
    };
    call("https://sae.example.invalid", &through(&proxy)).await.expect("the service answers");
    call("http://sae.example.invalid", &through(&reading)).await.expect("the proxy answers");
    assert_eq!((proxy.shown(), service.shown(), reading.shown()), (vec![false], vec![true], vec![false]));
    // It would have been taken.
    call(reading.endpoint(), &through(&proxy)).await.expect("called directly");
    assert_eq!(reading.shown(), [false, true]);
}

#[tokio::test]
async fn a_proxy_in_code_that_fails_is_named_without_its_user() {
    let http = Http::builder().proxy("http://user:hush@127.0.0.1:1").build().expect("HTTP");
    for endpoint in ["https://sae.example.invalid", "http://sae.example.invalid"] {
        let error = call(endpoint, &http).await.expect_err("nobody listens there");
        assert_eq!(error.kind(), ErrorKind::Connect);
        let told = told(&error);
        assert!(told.contains("the proxy http://127.0.0.1:1: "), "{told}");
        assert!(!told.contains("hush") && !told.contains("user"), "{told}");
    }
}

#[tokio::test]
async fn a_proxy_in_code_is_not_asked_for_this_machine() {
    let (server, _) = local().await;
    let http = Http::builder().proxy("http://127.0.0.1:1").build().expect("HTTP");
    call(server.endpoint(), &http).await.expect("it is called directly");
}

/// A proxy that opens one tunnel, to this port, and the head that it reads.
async fn tunnel(to: u16) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let head = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            assert!(stream.read_buf(&mut head).await.expect("a request") > 0, "it ends in its head");
        }
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.expect("written");
        let mut server = TcpStream::connect(("127.0.0.1", to)).await.expect("a connection");
        let _ = copy_bidirectional(&mut stream, &mut server).await;
        String::from_utf8(head).expect("a text")
    });
    (port, head)
}
