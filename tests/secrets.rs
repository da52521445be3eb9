//! A secret can't be printed: not by Debug, not by an error, whatever goes wrong.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::error::Error as _;
use std::fmt::Debug;

use sae::model::{CreateApplication, DeployApplication, EnvVar, PackageType};
use sae::{Client, Credentials, Json};
use sae_tests::{Canned, Step};

/// Every secret of these tests holds this word.
const MARK: &str = "hush";

fn shown(value: &dyn Debug) -> String {
    format!("{value:?}\n{value:#?}")
}

fn request() -> DeployApplication {
    DeployApplication::new("app")
        .envs([EnvVar::new("PASSWORD").value("hush-1")])
        .oss_ak_id("hush-2")
        .oss_ak_secret("hush-3")
        .image_pull_secrets("hush-4")
        .command("run --password hush-5")
}

#[test]
fn requests_hide_their_secrets() {
    let shown = shown(&request());
    assert!(!shown.contains(MARK), "{shown}");
    assert!(shown.contains("app"), "what is no secret is there: {shown}");
}

#[test]
fn raw_json_is_not_shown_either() {
    let request =
        CreateApplication::new("shop", PackageType::Image, 1).envs(Json::raw("hush, not even JSON"));
    assert!(!shown(&request).contains(MARK));
}

#[test]
fn credentials_and_clients_hide_their_secrets() {
    let credentials = Credentials::new("id", "hush-6").with_security_token("hush-7");
    let client = Client::builder().credentials(credentials.clone()).endpoint("http://127.0.0.1:1");
    for value in [&credentials as &dyn Debug, &client, &client.clone().build().expect("a client")] {
        assert!(!shown(value).contains(MARK), "{}", shown(value));
    }
}

#[tokio::test]
async fn errors_hide_the_secrets_of_request_and_answer() {
    let echo = r#"{"Code":"SignatureDoesNotMatch","RequestId":"R","Message":"Specified signature is not matched. server string to sign is:POST\napplication/json\n\n\ndate\nx-acs-security-token:hush-8\n/a?Envs=hush-9"}"#;
    let steps = [
        Step::status(400, echo),
        Step::status(500, "hush-10 is no JSON"),
        Step::ok(r#"{"Data":{"AppId":"hush-11"#),
        Step::ok("<A><B>hush-12</A>"),
        Step::Hangup,
        Step::status(302, "").header("location: http://127.0.0.1:1/?hush-13"),
    ];
    let credentials = Credentials::new("id", "hush-6").with_security_token("hush-7");
    for step in steps {
        let server = Canned::start(vec![step.clone()]).await;
        let client = Client::builder()
            .credentials(credentials.clone())
            .endpoint(server.endpoint())
            .build()
            .expect("a client");
        let error = client.send(request()).await.expect_err("it fails");
        let mut texts =
            vec![error.to_string(), shown(&error), error.explanation().unwrap_or_default().to_owned()];
        let mut source = error.source();
        while let Some(cause) = source {
            texts.push(format!("{cause} {cause:?}"));
            source = cause.source();
        }
        for text in texts {
            assert!(!text.contains(MARK), "{step:?}: {text}");
        }
    }
    let client = Client::builder()
        .credentials(credentials)
        .endpoint("http://127.0.0.1:1")
        .max_attempts(1)
        .build()
        .expect("a client");
    let error = client.send(request()).await.expect_err("nobody listens");
    assert!(!format!("{error:?} {:?}", error.source()).contains(MARK));
}
