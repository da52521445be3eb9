//! What becomes of connections: kept, closed by the other side, given up; and every form in which HTTP/1.1 brings an answer.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use sae::model::{DeployApplication, DescribeRegions};
use sae::transport::innermost_cause;
use sae::{Builder, Client, Credentials, Error, ErrorKind};
use sae_tests::{Canned, Step};

const REGIONS: &str = r#"{"Regions":{"Region":[{"RegionId":"cn-hangzhou"}]},"Code":200}"#;
const DEPLOYED: &str = r#"{"Data":{"ChangeOrderId":"order"},"Success":true,"Code":200}"#;

fn builder(server: &Canned) -> Builder {
    Client::builder().credentials(Credentials::new("id", "secret")).endpoint(server.endpoint())
}

fn client(server: &Canned) -> Client {
    builder(server).build().expect("a client")
}

async fn read(client: &Client) -> Result<(), Error> {
    let reply = client.send(DescribeRegions::new()).await?;
    assert_eq!(reply.output.regions[0].region_id.as_deref(), Some("cn-hangzhou"));
    Ok(())
}

async fn write(client: &Client) -> Result<(), Error> {
    client.send(DeployApplication::new("app")).await.map(|_| ())
}

/// Lets everything else run until this is so.
async fn until(is: impl Fn() -> bool) {
    let turn = async {
        while !is() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), turn).await.expect("it comes to that");
}

fn whole(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[tokio::test]
async fn a_connection_serves_one_call_after_the_other() {
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let client = client(&server);
    for _ in 0..3 {
        read(&client).await.expect("an answer");
    }
    assert_eq!((server.requests().len(), server.opened()), (3, 1));
}

#[tokio::test]
async fn a_write_on_a_kept_connection_that_breaks_is_sent_once_and_its_outcome_is_unknown() {
    let server = Canned::start(vec![Step::ok(REGIONS), Step::Hangup, Step::ok(DEPLOYED)]).await;
    let client = client(&server);
    read(&client).await.expect("an answer");
    let error = write(&client).await.expect_err("nobody can know");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert_eq!((server.requests().len(), server.opened()), (2, 1));
}

#[tokio::test]
async fn a_read_on_a_kept_connection_that_breaks_is_sent_again() {
    let server = Canned::start(vec![Step::ok(REGIONS), Step::Hangup, Step::ok(REGIONS)]).await;
    let client = client(&server);
    read(&client).await.expect("an answer");
    read(&client).await.expect("another attempt");
    assert_eq!((server.requests().len(), server.opened()), (3, 2));
}

#[tokio::test]
async fn a_connection_that_was_closed_in_the_meantime_costs_a_write_nothing() {
    let server = Canned::start(vec![Step::Last(whole(REGIONS)), Step::ok(DEPLOYED)]).await;
    let client = client(&server);
    read(&client).await.expect("an answer");
    until(|| server.closed() == 1).await;
    write(&client).await.expect("a connection of its own");
    assert_eq!((server.requests().len(), server.opened()), (2, 2));
}

/// Nothing runs between blocking calls that could notice the end of a connection.
#[test]
fn a_connection_that_was_closed_between_blocking_calls_costs_a_write_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (close, closing) = mpsc::channel();
    let (closed, end) = mpsc::channel();
    let server = std::thread::spawn(move || {
        let kept = answered(&listener, REGIONS);
        closing.recv().expect("the first call returned");
        drop(kept);
        closed.send(()).expect("the test goes on");
        answered(&listener, DEPLOYED);
    });
    let builder = Client::builder().credentials(Credentials::new("id", "secret"));
    let client = sae::blocking::Client::new(builder.endpoint(format!("http://{address}"))).expect("a client");
    client.send(DescribeRegions::new()).expect("an answer");
    close.send(()).expect("the server waits");
    end.recv().expect("it is closed");
    client.send(DeployApplication::new("app")).expect("a connection of its own");
    server.join().expect("both were answered");
}

/// A connection whose first request has been answered.
fn answered(listener: &TcpListener, body: &str) -> TcpStream {
    let (mut stream, _) = listener.accept().expect("a connection");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut more = [0; 4096];
        let count = stream.read(&mut more).expect("a request");
        assert!(count > 0, "the request ends in its head");
        head.extend_from_slice(&more[..count]);
    }
    stream.write_all(&whole(body)).expect("written");
    stream
}

#[tokio::test]
async fn giving_up_closes_the_connection() {
    let server = Canned::start(vec![Step::Silence, Step::ok(REGIONS)]).await;
    let client = client(&server);
    tokio::select! {
        answered = read(&client) => panic!("{answered:?}"),
        () = until(|| server.requests().len() == 1) => {}
    }
    until(|| server.closed() == 1).await;
    read(&client).await.expect("a connection of its own");
    assert_eq!((server.requests().len(), server.opened()), (2, 2));
}

#[tokio::test]
async fn an_answer_is_read_in_every_form_of_http() {
    let (first, rest) = REGIONS.split_at(9);
    let (one, other) = (first.len(), rest.len());
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
    let forms = [
        // Chunks, one of them with an extension.
        (format!("{chunked}\r\n{one:x};x=1\r\n{first}\r\n{other:X}\r\n{rest}\r\n0\r\n\r\n"), true),
        // What is said after the body is not of the next answer.
        (
            format!(
                "{chunked}Trailer: x\r\n\r\n{one:x}\r\n{first}\r\n{other:x}\r\n{rest}\r\n0\r\nx: 1\r\n\r\n"
            ),
            true,
        ),
        // What comes before the answer is none.
        (
            format!(
                "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{REGIONS}",
                REGIONS.len()
            ),
            true,
        ),
        // The end of the connection is that of the answer.
        (format!("HTTP/1.1 200 OK\r\n\r\n{REGIONS}"), false),
        (format!("HTTP/1.0 200 OK\r\n\r\n{REGIONS}"), false),
    ];
    for (answer, kept) in forms {
        let bytes = answer.clone().into_bytes();
        let step = if kept { Step::Raw(bytes) } else { Step::Last(bytes) };
        let server = Canned::start(vec![step]).await;
        let client = client(&server);
        for _ in 0..2 {
            read(&client).await.unwrap_or_else(|error| panic!("{error:?}: {answer}"));
        }
        assert_eq!((server.requests().len(), server.opened()), (2, if kept { 1 } else { 2 }), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_http_leaves_a_write_unknown_and_says_what_is_wrong() {
    let endless = [
        "HTTP/1.1 200 OK\r\n",
        &"x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n".repeat(10_000),
    ]
    .concat();
    for (answer, cause) in [
        (endless.as_str(), "head"),
        ("SSH-2.0-server\r\n\r\n", "version"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "content-length"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n", "chunk"),
    ] {
        let server = Canned::start(vec![Step::Raw(answer.as_bytes().to_vec())]).await;
        let error = write(&client(&server)).await.expect_err("it is none");
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(server.requests().len(), 1);
        assert!(innermost_cause(&error).to_string().contains(cause), "{error:?}");
    }
}

#[tokio::test]
async fn an_endpoint_can_be_an_ipv6_address() {
    let server = Canned::start_at("[::1]:0", vec![Step::ok(REGIONS)]).await;
    assert!(server.endpoint().starts_with("http://[::1]:"), "{}", server.endpoint());
    read(&client(&server)).await.expect("an answer");
    let host = format!("\r\nhost: {}\r\n", &server.endpoint()["http://".len()..]);
    assert!(server.requests()[0].contains(&host), "{}", server.requests()[0]);
}
