//! A secret can't be printed: not by Debug, not by an error, whatever goes wrong.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::fmt::Debug;

use sae::model::{CreateApplication, DeployApplication, EnvVar, PackageType};
use sae::{Client, Credentials, Json};
use sae_tests::{Canned, Step, told};

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
fn structures_that_hold_a_secret_are_not_shown_as_text() {
    let sidecar = r#"[{"Name":"a","Command":"hush"}]"#;
    let request = DeployApplication::new("x")
        .sidecar_containers_config(Json::raw(sidecar))
        .liveness(Json::raw(r#"{"exec":{"command":["hush"]}}"#));
    assert!(!shown(&request).contains(MARK), "{}", shown(&request));
    let name = |name: &str| {
        let parameters = <DeployApplication as sae::transport::Operation>::DESCRIPTION.parameters;
        parameters.iter().find(|parameter| parameter.name == name).map(|parameter| parameter.sensitive)
    };
    for holder in ["Envs", "SidecarContainersConfig", "InitContainersConfig", "Liveness", "PreStop"] {
        assert_eq!(name(holder), Some(true), "{holder}");
    }
    assert_eq!(name("ImageUrl"), Some(false));
}

#[test]
fn serde_errors_quote_no_value() {
    for text in [r#""hush""#, r#"{"Envs":{"a":"hush"}}"#, r#"["hush"]"#, r#"{"BatchWaitTime":"hush"}"#] {
        if let Err(error) = serde_json::from_str::<DeployApplication>(text) {
            assert!(!format!("{error} {error:?}").contains(MARK), "{error}");
        }
    }
}

#[test]
fn endpoints_are_not_shown_before_they_are_checked() {
    let builder = Client::builder().endpoint("https://user:hush@host");
    assert!(!shown(&builder).contains(MARK));
    let error = builder.credentials(Credentials::new("id", "secret")).build().expect_err("it is refused");
    assert!(!format!("{error} {error:?}").contains(MARK));
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
        Step::status(400, echo.replace("server string to sign is:", "Server String To Sign is:")),
        Step::status(
            400,
            r#"{"Code":"SignatureDoesNotMatch","Message":"no match. server StringToSign is [POST], server CanonicalRequest is [POST Envs=hush-14]"}"#,
        ),
        Step::status(500, "hush-10 is no JSON"),
        Step::ok(r#""hush-15""#),
        Step::ok(r#"{"Data":["hush-16"],"Code":"Forbidden","Message":"no"}"#),
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
        for text in [told(&error), shown(&error), error.explanation().unwrap_or_default().to_owned()] {
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
    assert!(!told(&error).contains(MARK), "{}", told(&error));
}
