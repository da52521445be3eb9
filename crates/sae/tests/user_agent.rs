//! What the client calls itself.

#![allow(clippy::expect_used, reason = "a test ends where something is not as it must be")]

use sae::model::DescribeRegions;
use sae::{Builder, Client, Credentials, ErrorKind, UserAgent};
use sae_tests::{Canned, Step};

fn builder() -> Builder {
    Client::builder().credentials(Credentials::new("local", "local-secret"))
}

/// The headers `User-Agent` that a client sends.
async fn sent(builder: Builder) -> Vec<String> {
    let server = Canned::start(vec![Step::ok(r#"{"Regions":[]}"#)]).await;
    let client = builder.endpoint(server.endpoint()).build().expect("a client");
    client.send(DescribeRegions::new()).await.expect("an answer");
    let requests = server.requests();
    let request = requests.first().expect("a request").to_ascii_lowercase();
    let lines = request.lines().filter_map(|line| line.strip_prefix("user-agent: "));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn a_call_names_library_system_and_rust() {
    let sent = sent(builder()).await;
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let expected = format!(
        "sae-rust/{} ({os}; {arch}) rust/{}",
        env!("CARGO_PKG_VERSION"),
        env!("CARGO_PKG_RUST_VERSION")
    );
    assert_eq!(UserAgent::default().to_string(), expected);
    assert_eq!(sent, [expected]);
}

#[tokio::test]
async fn an_application_adds_its_own_name() {
    let sent = sent(builder().app_name("deploy-bot/1.4")).await;
    assert_eq!(sent, [format!("{} deploy-bot/1.4", UserAgent::default())]);
}

#[test]
fn a_malformed_name_is_refused() {
    let long = "a".repeat(129);
    let names = ["", "deploy bot", "a/1/2", "a/", "/1", "a\r\nx-evil: 1", "a(b)", "größe", &long];
    for name in names {
        let error = builder().endpoint("http://127.0.0.1:9").app_name(name).build().expect_err(name);
        assert_eq!(error.kind(), ErrorKind::Config, "{name:?}");
        assert!(!error.to_string().contains("evil"), "{error}");
    }
    for name in ["deploy-bot", "deploy_bot/1.4+5", &long[..128]] {
        builder().endpoint("http://127.0.0.1:9").app_name(name).build().expect(name);
    }
}
