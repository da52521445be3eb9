//! `sae doctor`: what stands between this machine and the service.

use std::fs;

use sae_tests::{Canned, Step};

use crate::program::{Program, golden};

#[tokio::test(flavor = "multi_thread")]
async fn all_is_well() {
    let program = Program::start().await;
    golden!(program.session(&["doctor", "doctor --output json", "doctor --query Healthy"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_with_white_space_is_found() {
    let program = Program::start().await.with("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "local-secret ");
    golden!(program.session(&["doctor"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_with_a_quotation_mark_is_found_in_a_profile() {
    let program = Program::start().await.with("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    let set = ["configure", "set", "--access-key-id", "local", "--access-key-secret", "'local-secret'"];
    program.must(&set).await;
    golden!(program.session(&["doctor", "region list"]).await);
}

#[tokio::test]
async fn without_credentials_it_tells_where_it_looked() {
    let program = Program::without_server("http://127.0.0.1:1")
        .with("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
        .with("ALIBABA_CLOUD_REGION_ID", "mars-1");
    golden!(program.session(&["doctor", "doctor --profile missing"]).await);
}

#[tokio::test]
async fn an_address_where_nobody_listens_is_named_with_the_proxies() {
    let program = Program::without_server("http://127.0.0.1:1")
        .with("HTTPS_PROXY", "http://user:hush@proxy:3128")
        .with("NO_PROXY", "127.0.0.1");
    let seen = program.session(&["doctor --max-attempts 1"]).await;
    assert!(!seen.contains("hush"), "{seen}");
    golden!(seen);
}

#[tokio::test]
async fn a_clock_that_is_off_is_found() {
    let answer = Step::ok(r#"{"Regions":{"Region":[{"RegionId":"cn-hangzhou"}]}}"#);
    let server = Canned::start(vec![answer.header("date: Mon, 26 Aug 2019 08:55:56 GMT")]).await;
    let ended = Program::without_server(server.endpoint()).run(&["doctor"]).await;
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert!(ended.stdout.contains("\nwrong clock "), "{}", ended.stdout);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_profile_is_used_and_its_file_must_be_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let program = Program::start().await.with("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    let set = ["configure", "set", "--access-key-id", "local", "--access-key-secret", "local-secret"];
    program.must(&set).await;
    let well = program.session(&["doctor"]).await;
    let file = program.file(".aliyun/config.json");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let open = program.session(&["doctor"]).await;
    golden!(format!("{well}{open}"));
}
