//! Whom the client trusts, what it shows, and HTTP/2.

#[cfg(feature = "http2")]
use std::sync::Arc;
#[cfg(feature = "http2")]
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(feature = "http2")]
use std::time::Duration;

use sae::ErrorKind;
use sae::model::RestartApplication;
use sae::transport::{Http, Roots};
use sae_tests::{Authority, told};
#[cfg(feature = "http2")]
use tokio::io::copy_bidirectional;
#[cfg(feature = "http2")]
use tokio::net::{TcpListener, TcpStream};

use crate::front::{Front, Terms};
use crate::{builder, call, local};

#[tokio::test]
async fn an_authority_that_code_adds_is_trusted_with_those_of_the_system_and_without() {
    let (_server, port) = local().await;
    let (authority, stranger) = (Authority::new(), Authority::new());
    let front = Front::start(&authority.certify(&["localhost"]), Terms::default(), port).await;
    for roots in [Roots::System, Roots::Added] {
        let http = Http::builder().roots(roots).ca_certificates(authority.pem()).build().expect("HTTP");
        call(front.endpoint(), &http).await.expect("it is trusted");
        // Several in one text, and the calls that make several.
        let both = Http::builder().roots(roots).ca_certificates(stranger.pem() + &authority.pem());
        call(front.endpoint(), &both.build().expect("HTTP")).await.expect("it is trusted");
        let both =
            Http::builder().roots(roots).ca_certificates(authority.pem()).ca_certificates(stranger.pem());
        call(front.endpoint(), &both.build().expect("HTTP")).await.expect("it is trusted");
        let other = Http::builder().roots(roots).ca_certificates(stranger.pem()).build().expect("HTTP");
        let error = call(front.endpoint(), &other).await.expect_err("nobody knows it");
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        let why = match roots {
            Roots::System => "it is signed by no authority that this machine knows; SSL_CERT_FILE",
            _ => "it is signed by none of the authorities that were added in code",
        };
        assert!(told(&error).contains(why), "{}", told(&error));
    }
    assert_eq!(front.spoken(), vec![None; 6]);
}

#[tokio::test]
async fn a_server_that_wants_a_client_certificate_gets_it() {
    let (server, port) = local().await;
    let (authority, clients) = (Authority::new(), Authority::new());
    let terms = Terms { clients: Some(&clients), ..Terms::default() };
    let front = Front::start(&authority.certify(&["localhost"]), terms, port).await;
    let http = || Http::builder().roots(Roots::Added).ca_certificates(authority.pem());
    let client = clients.certify(&["client"]);
    let mutual = http().client_certificate(client.chain, client.key).build().expect("HTTP");
    call(front.endpoint(), &mutual).await.expect("it is known");
    assert_eq!(server.control().requests().len(), 1);
}

#[tokio::test]
async fn a_client_that_is_refused_by_its_certificate_has_sent_nothing() {
    let (server, port) = local().await;
    let (authority, clients) = (Authority::new(), Authority::new());
    let terms = Terms { clients: Some(&clients), ..Terms::default() };
    let front = Front::start(&authority.certify(&["localhost"]), terms, port).await;
    let http = || Http::builder().roots(Roots::Added).ca_certificates(authority.pem());
    let stranger = Authority::new().certify(&["client"]);
    for (http, cause) in [
        (http(), "the server wants a client certificate"),
        (
            http().client_certificate(stranger.chain, stranger.key),
            "the server refuses the client certificate",
        ),
    ] {
        let client = builder(front.endpoint()).http(http.build().expect("HTTP")).build().expect("a client");
        // A write, whose outcome would be unknown if anybody could have read it.
        let error = client.send(RestartApplication::new("app")).await.expect_err("it is refused");
        assert_eq!(error.kind(), ErrorKind::Connect, "{}", told(&error));
        assert!(told(&error).contains(cause), "{}", told(&error));
    }
    assert_eq!(server.control().requests().len(), 0);
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn http2_is_spoken_where_both_sides_want_it() {
    let (server, port) = local().await;
    let authority = Authority::new();
    let certificate = authority.certify(&["localhost"]);
    let http = |offered| {
        Http::builder()
            .roots(Roots::Added)
            .ca_certificates(authority.pem())
            .http2(offered)
            .build()
            .expect("HTTP")
    };
    for (offered, protocols, spoken) in [
        (true, ["h2", "http/1.1"].as_slice(), Some("h2")),
        (true, &["http/1.1"], Some("http/1.1")),
        (true, &[], None),
        (false, &["h2", "http/1.1"], None),
    ] {
        let front = Front::start(&certificate, Terms { protocols, ..Terms::default() }, port).await;
        let client = builder(front.endpoint()).http(http(offered)).build().expect("a client");
        for _ in 0..2 {
            client.send(sae::model::DescribeRegions::new()).await.expect("an answer");
        }
        assert_eq!(front.spoken(), [spoken.map(str::to_owned)], "{offered} {protocols:?}");
    }
    assert_eq!(server.control().requests().len(), 8);
}

/// A way to this port whose connections die without being closed when they are told to, and the number of connections it has carried.
#[cfg(feature = "http2")]
async fn relay(to: u16, dead: tokio::sync::watch::Receiver<bool>) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let carried = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&carried);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let is_first = count.fetch_add(1, Ordering::Relaxed) == 0;
            let mut dead = dead.clone();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(("127.0.0.1", to)).await.expect("a connection");
                let died = async move { drop(dead.wait_for(|is_dead| *is_dead).await) };
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    () = died, if is_first => std::future::pending().await,
                }
            });
        }
    });
    (port, carried)
}

#[cfg(feature = "http2")]
#[tokio::test]
async fn an_http2_connection_that_died_is_left_for_another() {
    let (_server, port) = local().await;
    let authority = Authority::new();
    let terms = Terms { protocols: &["h2"], ..Terms::default() };
    let front = Front::start(&authority.certify(&["localhost"]), terms, port).await;
    let (die, dead) = tokio::sync::watch::channel(false);
    let (port, carried) = relay(front.port(), dead).await;
    let http = Http::builder().roots(Roots::Added).ca_certificates(authority.pem()).http2(true);
    let client = builder(format!("https://localhost:{port}"))
        .http(http.build().expect("HTTP"))
        .max_attempts(2)
        .attempt_timeout(Duration::from_secs(60))
        .timeout(Duration::from_secs(90))
        .build()
        .expect("a client");
    client.send(sae::model::DescribeRegions::new()).await.expect("an answer");
    die.send(true).expect("a relay");
    let again = client.clone();
    let call = tokio::spawn(async move { again.send(sae::model::DescribeRegions::new()).await.map(|_| ()) });
    // Time enough for a ping, and for no answer to it.
    for seconds in [15, 6] {
        tokio::time::sleep(Duration::from_millis(100)).await;
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(seconds)).await;
        tokio::time::resume();
    }
    let call = tokio::time::timeout(Duration::from_secs(10), call).await;
    call.expect("the dead connection was left").expect("no panic").expect("an answer");
    assert_eq!(carried.load(Ordering::Relaxed), 2);
}
