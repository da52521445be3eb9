//! What a client makes of providers, profiles and its environment.

use std::sync::Mutex;
use std::time::Duration;

use sae::credentials::{CredentialsFuture, ProvideCredentials};
use sae::model::{DeployApplication, DescribeRegions};
use sae::{Builder, Client, Credentials, Error, ErrorKind};
use sae_local::LocalSae;
use sae_tests::{Canned, Step};

use crate::stage::{MARK, environment, home, served_by, sts, text, time};

const REGIONS: &str = r#"{"Regions":{"Region":[{"RegionId":"cn-hangzhou"}]},"Code":200}"#;

/// Gives `key-1`, `key-2` and so on.
#[derive(Debug, Default)]
struct Numbered(Mutex<u32>);

impl ProvideCredentials for Numbered {
    fn credentials(&self) -> CredentialsFuture<'_> {
        Box::pin(async {
            let mut number = self.0.lock().expect("no task panicked");
            *number += 1;
            Ok(Credentials::new(format!("key-{number}"), "hush"))
        })
    }
}

#[tokio::test]
async fn credentials_are_asked_for_before_each_attempt() {
    let server = Canned::start(vec![Step::Hangup, Step::ok(REGIONS)]).await;
    let client = Client::builder()
        .credentials_provider(Numbered::default())
        .endpoint(server.endpoint())
        .build()
        .expect("a client");
    client.send(DescribeRegions::new()).await.expect("an answer");
    let requests = server.requests();
    assert!(requests[0].contains("Credential=key-1,"), "{}", requests[0]);
    assert!(requests[1].contains("Credential=key-2,"), "{}", requests[1]);
}

#[tokio::test]
async fn without_credentials_nothing_is_sent_and_nothing_is_unknown() {
    #[derive(Debug)]
    struct Broken;
    impl ProvideCredentials for Broken {
        fn credentials(&self) -> CredentialsFuture<'_> {
            Box::pin(async { Err(Error::new(ErrorKind::Credentials, "the vault is shut")) })
        }
    }
    let server = Canned::start(vec![Step::ok(REGIONS)]).await;
    let client =
        Client::builder().credentials_provider(Broken).endpoint(server.endpoint()).build().expect("a client");
    let error = client.send(DeployApplication::new("app")).await.expect_err("nobody can sign");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert_eq!(error.to_string(), "DeployApplication: the vault is shut");
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn the_time_for_a_call_is_the_time_for_its_credentials_too() {
    #[derive(Debug)]
    struct Stuck;
    impl ProvideCredentials for Stuck {
        fn credentials(&self) -> CredentialsFuture<'_> {
            Box::pin(std::future::pending())
        }
    }
    let client = Client::builder()
        .credentials_provider(Stuck)
        .endpoint("http://127.0.0.1:1")
        .timeout(Duration::from_millis(20))
        .max_attempts(1)
        .build()
        .expect("a client");
    let error = client.send(DeployApplication::new("app")).await.expect_err("there is no time left");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(
        error.to_string(),
        "DeployApplication: no credentials within 20 ms (1 attempt, no more are allowed)"
    );
}

#[tokio::test]
async fn a_session_of_a_role_reaches_the_service_with_its_token() {
    let sts = Canned::start(vec![sts("sts.1", &time(9, 0))]).await;
    let service = Canned::start(vec![Step::ok(REGIONS)]).await;
    let role = sae::credentials::Role::new("acs:ram::1:role/r")
        .with_environment(served_by(&sts, environment([])))
        .assumed_from(Credentials::new("id", "hush"))
        .expect("a provider");
    let client =
        Client::builder().credentials_provider(role).endpoint(service.endpoint()).build().expect("a client");
    for _ in 0..3 {
        client.send(DescribeRegions::new()).await.expect("an answer");
    }
    assert_eq!(sts.requests().len(), 1);
    assert!(service.requests()[2].contains("x-acs-security-token: hush-token-of-sts.1"));
}

fn configured() -> tempfile::TempDir {
    let profiles = r#"{"name":"main","mode":"AK","access_key_id":"local","access_key_secret":"local-secret","region_id":"cn-shanghai"},
        {"name":"other","mode":"AK","access_key_id":"other","access_key_secret":"hush","region_id":"cn-beijing"}"#;
    home([(".aliyun/config.json", &format!(r#"{{"current":"main","profiles":[{profiles}]}}"#))])
}

fn endpoint(builder: Builder) -> String {
    let client = builder.build().expect("a client");
    client.endpoint(&sae::model::SERVICE).expect("an endpoint").to_string()
}

#[test]
fn the_region_comes_from_code_then_from_the_environment_then_from_the_profile() {
    let home = configured();
    let home = ("HOME", text(home.path()));
    let around = |region: &str| {
        let outside = environment([home, ("ALIBABA_CLOUD_REGION_ID", region)]);
        Client::builder().with_environment(outside).environment()
    };
    let at = |region: &str| format!("https://sae.{region}.aliyuncs.com");
    assert_eq!(endpoint(around("")), at("cn-shanghai"));
    assert_eq!(endpoint(around("cn-hangzhou")), at("cn-hangzhou"));
    assert_eq!(endpoint(around("cn-hangzhou").region("cn-shenzhen")), at("cn-shenzhen"));
    assert_eq!(endpoint(around("cn-hangzhou").profile("other")), at("cn-beijing"));
    assert_eq!(endpoint(around("cn-hangzhou").profile("nobody")), at("cn-hangzhou"));
    let only = Client::builder().with_environment(environment([home])).profile("other");
    assert_eq!(endpoint(only), at("cn-beijing"));
}

#[tokio::test]
async fn a_profile_named_in_code_comes_before_the_environment() {
    let home = configured();
    let server = LocalSae::start().await.expect("a server");
    let outside = environment([
        ("HOME", text(home.path())),
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "stranger"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hush"),
    ]);
    let builder = Client::builder().with_environment(outside).environment().endpoint(server.endpoint());
    let client = builder.clone().profile("main").build_checked().await.expect("a client");
    client.send(DescribeRegions::new()).await.expect("the local server knows the profile's key");
    let client = builder.build_checked().await.expect("a client");
    client.send(DescribeRegions::new()).await.expect_err("it doesn't know the environment's");
}

#[tokio::test]
async fn a_checked_client_has_credentials_and_asks_for_them_once() {
    let nothing = Client::builder().with_environment(environment([])).environment().region("cn-hangzhou");
    let error = nothing.clone().build_checked().await.expect_err("there are none");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.to_string().contains("ALIBABA_CLOUD_ACCESS_KEY_ID"), "{error}");
    nothing.build().expect("without a look there is no failure yet");

    let uri = Canned::start(vec![Step::ok(crate::stage::session("uri", &time(9, 0)))]).await;
    let service = Canned::start(vec![Step::ok(REGIONS)]).await;
    let outside = environment([("ALIBABA_CLOUD_CREDENTIALS_URI", uri.endpoint())]);
    let client = Client::builder().with_environment(outside).environment().endpoint(service.endpoint());
    let client = client.build_checked().await.expect("a client");
    client.send(DescribeRegions::new()).await.expect("an answer");
    assert_eq!(uri.requests().len(), 1);
    assert!(!format!("{client:?}").contains(MARK));
}

#[test]
fn a_client_wants_to_know_where_its_credentials_come_from() {
    let error = Client::builder().region("cn-hangzhou").build().expect_err("nothing says it");
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let expected = "no credentials: give them in code, name a profile, or take them from the environment";
    assert_eq!(error.to_string(), expected);
}
