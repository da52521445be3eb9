//! Calls over TLS. The environment of the process says which certificates the program trusts.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use sae_tests::{Authority, Canned, Step};
use tempfile::TempDir;

use crate::process::{Ended, run, sae};
use crate::tls_server::{Server, Tunnel};

const REGIONS: &str = r#"{"RequestId":"R-1","Regions":{"Region":[{"RegionId":"cn-hangzhou"}]}}"#;

/// A call by a program that trusts only this authority.
async fn call(endpoint: &str, trusted: &Authority, environment: &[(&str, &str)]) -> Ended {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, trusted.pem()).expect("written");
    let mut command = sae(&["call", "DescribeRegions", "--endpoint", endpoint, "--max-attempts", "1"]);
    command.env("SSL_CERT_FILE", &file).envs(environment.iter().copied());
    run(command).await
}

/// Nothing of the request was sent, and the error is one line that a person can read.
fn assert_refused(ended: &Ended, server: &Server, cause: &str) {
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
    assert!(ended.stderr.contains("nothing was sent"), "{}", ended.stderr);
    let said = ended.stderr.lines().find_map(|line| line.strip_prefix("  cause: "));
    assert_eq!(said, Some(cause), "{}", ended.stderr);
    assert_eq!(server.read(), "");
}

#[tokio::test]
async fn a_call_goes_over_tls() {
    let authority = Authority::new();
    let server = Server::start(authority.certify(&["localhost"]), Server::answer(200, REGIONS)).await;
    let ended = call(&server.endpoint("localhost"), &authority, &[]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(ended.json()["Regions"]["Region"][0]["RegionId"], "cn-hangzhou");
    let request = server.read();
    assert!(request.starts_with("GET /pop/"), "{request}");
    assert!(request.contains(&format!("host: localhost:{}\r\n", server.port())), "{request}");
}

#[tokio::test]
async fn an_address_can_have_a_certificate_too() {
    let authority = Authority::new();
    let server = Server::start(authority.certify(&["127.0.0.1"]), Server::answer(200, REGIONS)).await;
    let ended = call(&server.endpoint("127.0.0.1"), &authority, &[]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[tokio::test]
async fn an_untrusted_certificate_is_refused_before_anything_is_sent() {
    // The last has the name of one that is trusted.
    for authority in [Authority::named("a stranger"), Authority::new()] {
        let server = Server::start(authority.certify(&["localhost"]), Server::answer(200, REGIONS)).await;
        let ended = call(&server.endpoint("localhost"), &Authority::new(), &[]).await;
        let cause = "the certificate isn't trusted: it is signed by no authority that this machine knows; SSL_CERT_FILE can name a file with another";
        assert_refused(&ended, &server, cause);
    }
}

#[tokio::test]
async fn a_certificate_of_an_authority_is_refused_as_one_of_a_server() {
    let authority = Authority::new();
    let server = Server::start(authority.own(), Server::answer(200, REGIONS)).await;
    let ended = call(&server.endpoint("localhost"), &authority, &[]).await;
    let cause = "the certificate isn't trusted: it is one of an authority, as many that sign themselves; a server needs one that an authority has signed for it";
    assert_refused(&ended, &server, cause);
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused_before_anything_is_sent() {
    let authority = Authority::new();
    let other = authority.certify(&["sae.example.com", "*.example.org"]);
    let server = Server::start(other, Server::answer(200, REGIONS)).await;
    let ended = call(&server.endpoint("localhost"), &authority, &[]).await;
    let cause =
        "the certificate isn't trusted: it is for sae.example.com and *.example.org, not for localhost";
    assert_refused(&ended, &server, cause);
}

#[tokio::test]
async fn an_expired_certificate_is_refused_before_anything_is_sent() {
    let authority = Authority::new();
    for (years, cause) in [
        (2001..2002, "the certificate isn't trusted: it ended on Tue, 01 Jan 2002 00:00:00 GMT"),
        (2998..2999, "the certificate isn't trusted: it begins on Mon, 01 Jan 2998 00:00:00 GMT"),
    ] {
        let certificate = authority.certify_for(&["localhost"], years);
        let server = Server::start(certificate, Server::answer(200, REGIONS)).await;
        let ended = call(&server.endpoint("localhost"), &authority, &[]).await;
        assert_refused(&ended, &server, cause);
    }
}

#[tokio::test]
async fn a_server_without_tls_is_distinguished_from_a_bad_certificate() {
    let no_tls = "what answers there speaks no TLS; for plain HTTP the endpoint begins with http://";
    let closed = "the connection ended before TLS was agreed on; perhaps what listens there speaks none";
    for (answer, cause) in [("HTTP/1.1 400 Bad Request\r\n\r\n", no_tls), ("", closed)] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("https://{}", listener.local_addr().expect("an address"));
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            // What isn't read would end the connection with a reset.
            let hello = stream.read(&mut [0; 4096]).expect("a greeting");
            stream.write_all(answer.as_bytes()).expect("written");
            hello
        });
        let ended = call(&endpoint, &Authority::new(), &[]).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
        assert!(ended.stderr.contains("nothing was sent"), "{}", ended.stderr);
        assert!(ended.stderr.contains(&format!("cause: {cause}\n")), "{}", ended.stderr);
        assert!(server.join().expect("it was spoken to") > 0);
    }
}

#[tokio::test]
async fn through_a_tunnel_neither_the_proxy_nor_an_error_sees_the_signature() {
    let authority = Authority::new();
    let refusal = r#"{"Code":"Forbidden","Message":"no","RequestId":"R-2"}"#;
    for (answer, code) in [(Server::answer(200, REGIONS), 0), (Server::answer(403, refusal), 3)] {
        let server = Server::start(authority.certify(&["sae.example.invalid"]), answer).await;
        let tunnel = Tunnel::start(server.port()).await;
        let proxy = format!("http://user:hush@127.0.0.1:{}", tunnel.port());
        let endpoint = server.endpoint("sae.example.invalid");
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let ended = call(&endpoint, &authority, &[(name, &proxy)]).await;
            assert_eq!(ended.code, code, "{name}: {}", ended.stderr);
            assert!(!ended.stderr.to_lowercase().contains("authorization"), "{}", ended.stderr);
            assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
        }
        assert!(
            server.read().contains("\r\nauthorization: ACS3-HMAC-SHA256 Credential=local,"),
            "{}",
            server.read()
        );
        assert!(!server.read().to_lowercase().contains("proxy-authorization"), "{}", server.read());
        let seen = tunnel.read();
        let port = server.port();
        assert!(seen.starts_with(&format!("CONNECT sae.example.invalid:{port} HTTP/1.1\r\n")), "{seen}");
        assert!(seen.contains("\r\nProxy-Authorization: Basic dXNlcjpodXNo\r\n"), "{seen}");
        assert!(!seen.contains("Credential=local") && !seen.contains("/pop/"), "{seen}");
    }
}

#[tokio::test]
async fn a_proxy_can_be_reached_over_tls_for_plain_http() {
    let authority = Authority::new();
    let proxy = Server::start(authority.certify(&["localhost"]), Server::answer(200, REGIONS)).await;
    let address = proxy.endpoint("localhost");
    let ended = call("http://sae.example.invalid", &authority, &[("HTTP_PROXY", &address)]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert!(proxy.read().starts_with("GET http://sae.example.invalid/pop/"), "{}", proxy.read());
}

#[tokio::test]
async fn this_machine_is_reached_without_a_proxy_over_tls_too() {
    let authority = Authority::new();
    let server = Server::start(authority.certify(&["localhost"]), Server::answer(200, REGIONS)).await;
    let proxy = Canned::start(vec![Step::status(403, "")]).await;
    let ended = call(&server.endpoint("localhost"), &authority, &[("HTTPS_PROXY", proxy.endpoint())]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
    assert_eq!(proxy.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_redirect_is_not_followed_over_tls_either() {
    let authority = Authority::new();
    let elsewhere = Canned::start(vec![Step::ok(REGIONS)]).await;
    let location = format!("location: {}/x\r\n", elsewhere.endpoint());
    let answer = format!("HTTP/1.1 307 Elsewhere\r\n{location}content-length: 0\r\n\r\n");
    let server = Server::start(authority.certify(&["localhost"]), answer.into_bytes()).await;
    let ended = call(&server.endpoint("localhost"), &authority, &[]).await;
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("redirects are never followed"), "{}", ended.stderr);
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

/// Anybody on the network can end a connection, so the text before the cut must not be taken for the whole answer.
#[tokio::test]
async fn an_answer_that_is_cut_off_is_an_error() {
    let authority = Authority::new();
    let answer = format!("HTTP/1.1 200 OK\r\n\r\n{REGIONS}");
    let server = Server::start(authority.certify(&["localhost"]), answer.into_bytes()).await;
    let ended = call(&server.endpoint("localhost"), &authority, &[]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
    assert!(ended.stderr.contains("broke before the answer was whole"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_machine_without_trusted_certificates_gets_advice() {
    let mut command = sae(&["call", "DescribeRegions", "--endpoint", "https://sae.example.invalid"]);
    command.env("SSL_CERT_FILE", "/nowhere/ca.pem");
    let ended = run(command).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    let said = "cause: this machine has no certificates of authorities to trust: install them (the package is often called ca-certificates), or let SSL_CERT_FILE name a file with them";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
}
