//! `sae doctor`: what keeps this machine from calling the service.

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
    let seen = program.session(&["doctor", "region list"]).await;
    golden!(seen.replace(program.endpoint().trim_start_matches("http://"), "SERVER"));
}

#[tokio::test]
async fn without_credentials_it_lists_where_it_looked() {
    let program = Program::without_server("http://127.0.0.1:1")
        .with("ALIBABA_CLOUD_ACCESS_KEY_ID", "")
        .with("ALIBABA_CLOUD_REGION_ID", "mars-1");
    golden!(program.session(&["doctor", "doctor --profile missing"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn network_and_clock_are_checked_without_credentials() {
    let program = Program::start().await.with("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    golden!(program.session(&["doctor"]).await);
    let answer = Step::status(404, "").header("date: Mon, 26 Aug 2019 08:55:56 GMT");
    let server = Canned::start(vec![answer]).await;
    let program = Program::without_server(server.endpoint()).with("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    let ended = program.run(&["doctor"]).await;
    assert!(ended.stdout.contains("\nwrong clock "), "{}", ended.stdout);
    let server = Canned::start(vec![Step::Silence]).await;
    let program = Program::without_server(server.endpoint()).with("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    let ended = program.run(&["doctor", "--timeout", "0.1"]).await;
    assert!(ended.stdout.contains("no answer in 0.1 s"), "{}", ended.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_the_environment_disables_is_named() {
    let program = Program::start().await.with("ALIBABA_CLOUD_PROFILE", "r");
    let set = "configure set --profile r --access-key-id local --access-key-secret local-secret";
    golden!(program.session(&[set, "doctor", "doctor --profile r"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_key_without_its_token_is_found() {
    let program = Program::start().await.with("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.1");
    golden!(program.session(&["doctor"]).await);
}

#[tokio::test]
async fn an_address_of_another_service_is_distinguished_from_a_refusal() {
    let server = Canned::start(vec![Step::status(404, "<html>nothing here</html>")]).await;
    let program = Program::without_server(server.endpoint());
    golden!(program.session(&["doctor", "app list"]).await);
}

#[tokio::test]
async fn a_malformed_address_is_reported_without_its_text() {
    let program = Program::without_server("");
    let seen = program
        .session(&[
            "doctor --endpoint http://user:hush@host",
            "doctor --region A_B",
            "doctor --region cn-hangzhou --endpoint ftp://x",
        ])
        .await;
    assert_eq!(seen.matches("hush").count(), 1, "in the command alone: {seen}");
    golden!(seen);
    golden!(program.with("ALIBABA_CLOUD_REGION_ID", "").session(&["doctor", "region list"]).await);
}

#[tokio::test]
async fn a_profile_that_can_not_be_read_gets_advice_that_works() {
    let program = Program::without_server("http://127.0.0.1:1").with("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    fs::create_dir(program.file(".aliyun")).expect("a folder");
    let file = program.file(".aliyun/config.json");
    fs::write(&file, r#"{"current": "default", "profiles": [{"name": "default", "mode": "AK"}]}"#)
        .expect("a file");
    let missing = program.session(&["doctor --profile nope", "doctor --profile default"]).await;
    fs::write(&file, r#"{"current": "#).expect("a file");
    let broken = program.session(&["doctor"]).await;
    golden!(format!("{missing}{broken}"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_another_user_is_reported() {
    use std::os::unix::fs::chown;
    let program = Program::start().await.with("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
    let set = ["configure", "set", "--access-key-id", "local", "--access-key-secret", "local-secret"];
    program.must(&set).await;
    if chown(program.file(".aliyun/config.json"), Some(12345), None).is_err() {
        eprintln!("not shown: only root can give a file away");
        return;
    }
    let ended = program.run(&["doctor"]).await;
    assert!(ended.stdout.contains("it belongs to the user 12345"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("yours alone"), "{}", ended.stdout);
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
async fn credentials_of_a_proxy_are_not_shown() {
    for proxy in ["http://u:hush@h:1/?token=hush", "http://h:1/#hush", "http://u:hush/hush@h:1", "u:hush@h:1"]
    {
        let program =
            Program::without_server("").with("ALIBABA_CLOUD_REGION_ID", "").with("HTTPS_PROXY", proxy);
        let ended = program.run(&["doctor"]).await;
        assert!(ended.stdout.contains("HTTPS_PROXY="), "{proxy}: {}", ended.stdout);
        assert!(!ended.stdout.contains("hush"), "{proxy}: {}", ended.stdout);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_empty_home_is_none() {
    let program = Program::without_server("").with("ALIBABA_CLOUD_REGION_ID", "");
    let home = program.file("");
    fs::create_dir(program.file(".alibabacloud")).expect("a folder");
    fs::write(program.file(".alibabacloud/credentials"), "").expect("a file");
    let program = program.with("HOME", "").with("USERPROFILE", "/nowhere");
    let mut command = program.command(&["doctor"]);
    let output = tokio::task::spawn_blocking(move || command.current_dir(home).output()).await;
    let output = output.expect("it ran").expect("it ended");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("credentials"), "{told}");
    assert!(!told.contains("files"), "{told}");
}

#[tokio::test]
async fn a_wrong_clock_is_found() {
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
