//! The library's own tools for tests: a scripted service, recorded exchanges, requests read back.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sae::model::{
    CreateApplication, CreateNamespace, DeployApplication, Deployment, DescribeApplicationConfig,
    DescribeApplicationStatus, DescribeNamespace, EnvVar, ListApplications, Namespace, PackageType,
    error_code,
};
use sae::testing::{Fake, Recorder, Replay};
use sae::transport::{Operation, RequestParts, Scalar, SigningContext, encode_json, signed_request};
use sae::{Client, Credentials, Endpoint, ErrorKind, edas};
use sae_local::{LocalSae, Pace};
use sae_tests::{Canned, Step};

#[tokio::test]
async fn a_fake_answers_by_its_script_and_keeps_the_requests() {
    let fake = Fake::new();
    fake.on::<DescribeNamespace>().data(Namespace::default());
    fake.on::<DeployApplication>().answer_with(|request| {
        let mut output = <DeployApplication as Operation>::Output::default();
        assert_eq!(request.app_id, "app");
        output.data = Some(Deployment::default());
        output
    });
    let client = fake.client().expect("a client");

    client.send(DescribeNamespace::new().namespace_id("cn-hangzhou:shop")).await.expect("it is scripted");
    let deploy = DeployApplication::new("app").envs([("MODE", "fast")]).batch_wait_time(10);
    client.send(deploy.clone()).await.expect("it is scripted").into_data().expect("there is Data");

    assert_eq!(fake.operations(), ["DescribeNamespace", "DeployApplication"]);
    assert_eq!(fake.requests::<DeployApplication>(), [deploy]);
    assert_eq!(fake.finish(), Ok(()));
}

#[tokio::test]
async fn a_call_without_a_script_is_an_error_that_names_the_operation() {
    let fake = Fake::new();
    let client = fake.client().expect("a client");
    let error =
        client.send(DescribeNamespace::new().namespace_id("n")).await.expect_err("there is no script");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().starts_with("DescribeNamespace: the fake has no script"), "{error}");
    let error = client.send(DeployApplication::new("n")).await.expect_err("there is no script");
    assert!(!error.is_outcome_unknown(), "{error}");

    fake.on::<DescribeNamespace>().json(r#"{"Success":true}"#);
    client.send(DescribeNamespace::new().namespace_id("n")).await.expect("it is scripted");
    let error =
        client.send(DescribeNamespace::new().namespace_id("n")).await.expect_err("the script is at its end");
    assert!(error.message().contains("attempt 3"), "{error}");

    let unfinished = fake.finish().expect_err("three calls had no answer");
    assert_eq!(unfinished.unanswered, ["DescribeNamespace", "DeployApplication", "DescribeNamespace"]);
    assert!(unfinished.to_string().contains("no answer for DescribeNamespace"), "{unfinished}");
}

#[tokio::test]
async fn json_that_says_nothing_is_no_success() {
    let fake = Fake::new();
    fake.on::<DescribeNamespace>().json("{}");
    let client = fake.client().expect("a client");
    let error = client.send(DescribeNamespace::new()).await.expect_err("it was scripted wrongly");
    let said = error.to_string();
    assert!(said.contains("the JSON that was scripted for DescribeNamespace can't be read"), "{said}");
    assert!(said.contains("no Success, Code or Message"), "{said}");
}

#[test]
fn answers_that_nobody_asked_for_are_told() {
    let fake = Fake::new();
    fake.on::<ListApplications>().json(r#"{"Success":true}"#).drop_after();
    let unfinished = fake.finish().expect_err("nothing was called");
    assert_eq!(unfinished.unasked, [("ListApplications".to_owned(), 2)]);
    assert!(unfinished.to_string().contains("2 answers of ListApplications not asked for"), "{unfinished}");
}

#[tokio::test]
async fn every_failure_of_a_call_can_be_scripted() {
    let fake = Fake::new();
    let client =
        fake.builder().max_attempts(1).attempt_timeout(Duration::from_millis(5)).build().expect("a client");
    fake.on::<DescribeApplicationStatus>()
        .refuse(&error_code::APPLICATION_CHANGER_ORDER_RUNNING)
        .refuse_with(403, &sae::ErrorCode::from_static("Forbidden.Mine"), "not you")
        .drop_before()
        .drop_after()
        .hang()
        .raw(502, "<html>")
        .raw(200, "{\"Data\":");
    let mut failures = Vec::new();
    for _ in 0..7 {
        failures.push(client.send(DescribeApplicationStatus::new("app")).await.expect_err("it fails"));
    }
    let kinds: Vec<_> = failures.iter().map(|error| (error.kind(), error.status())).collect();
    assert_eq!(
        kinds,
        [
            (ErrorKind::Service, Some(400)),
            (ErrorKind::Service, Some(403)),
            (ErrorKind::Connect, None),
            (ErrorKind::Transport, None),
            (ErrorKind::Timeout, None),
            (ErrorKind::Service, Some(502)),
            (ErrorKind::Decode, Some(200)),
        ]
    );
    assert!(failures[0].is_busy(), "{}", failures[0]);
    assert_eq!(failures[0].message(), error_message("Application.ChangerOrderRunning"));
    assert_eq!(failures[1].message(), "not you");
    assert_eq!(failures[1].request_id(), Some("fake-2"));
    assert_eq!(fake.finish(), Ok(()));
}

fn error_message(code: &str) -> &'static str {
    DeployApplication::DESCRIPTION.service.error(code).expect("a known code").message
}

#[tokio::test]
async fn scripted_json_is_checked_against_the_operation() {
    let fake = Fake::new();
    fake.on::<DescribeApplicationStatus>().json(r#"{"Data":{"RunningInstances":"many"}}"#).json("[1");
    let client = fake.client().expect("a client");
    let error = client.send(DescribeApplicationStatus::new("app")).await.expect_err("many is no number");
    assert!(error.message().contains("Data.RunningInstances"), "{error}");
    let error = client.send(DescribeApplicationStatus::new("app")).await.expect_err("that is no JSON");
    assert!(error.message().contains("a JSON list, where there must be an object"), "{error}");
}

#[tokio::test]
async fn what_is_wrong_with_scripted_json_is_named_as_what_it_is() {
    let fake = Fake::new();
    let client = fake.client().expect("a client");
    for (json, said) in [
        (
            r#"{"Data":{"RunningInstances":"many"}}"#,
            "has a value at Data.RunningInstances that fits no reading",
        ),
        (r#"{"Data":{"RuningInstances":1}}"#, "has a member Data.RuningInstances, which the answer"),
        (r#"{"Success":true,"Dta":{}}"#, "has a member Dta, which the answer"),
        (r#"{"Data":{"AppId":"a","AppId":"b"}}"#, "has the member Data.AppId more than once"),
    ] {
        fake.on::<DescribeApplicationStatus>().json(json);
        let error = client.send(DescribeApplicationStatus::new("app")).await.expect_err("it is wrong");
        assert!(error.message().contains(said), "{json}: {error}");
    }
    // The same twice says nothing wrong.
    fake.on::<DescribeApplicationStatus>().json(r#"{"Data":{"AppId":"a","AppId":"a"}}"#);
    client.send(DescribeApplicationStatus::new("app")).await.expect("it can be read");
}

#[tokio::test]
async fn operations_of_two_services_with_one_name_have_a_script_each() {
    let fake = Fake::new();
    fake.on::<edas::DeployApplication>().json(r#"{"ChangeOrderId":"edas"}"#);
    fake.on::<DeployApplication>().json(r#"{"Data":{"ChangeOrderId":"sae"}}"#);
    let client = fake.client().expect("a client");
    let order = client.send(DeployApplication::new("app")).await.expect("it is scripted").into_data();
    assert_eq!(order.expect("there is Data").change_order_id.as_deref(), Some("sae"));
    let unfinished = fake.finish().expect_err("the one of EDAS was not called");
    assert_eq!(unfinished.unasked, [("DeployApplication".to_owned(), 1)]);
}

#[tokio::test]
async fn always_answers_after_the_end_of_the_script() {
    let fake = Fake::new();
    fake.on::<DescribeNamespace>().refuse(&error_code::INVALID_PARAMETER_NOT_EMPTY).always(|request| {
        let mut namespace = Namespace::default();
        namespace.namespace_id.clone_from(&request.namespace_id);
        let mut output = <DescribeNamespace as Operation>::Output::default();
        output.data = Some(namespace);
        output
    });
    let client = fake.client().expect("a client");
    client.send(DescribeNamespace::new()).await.expect_err("the script comes first");
    for id in ["b", "c"] {
        let namespace =
            client.send(DescribeNamespace::new().namespace_id(id)).await.expect("it is scripted").into_data();
        assert_eq!(namespace.expect("there is Data").namespace_id.as_deref(), Some(id));
    }
}

#[test]
fn every_request_can_be_read_back_from_http() {
    let endpoint: Endpoint = "http://127.0.0.1:1".parse().expect("an endpoint");
    let credentials = Credentials::new("id", "secret");
    let services = [sae::model::OPERATIONS, edas::OPERATIONS];
    let mut read = 0;
    for registered in services.into_iter().flatten().copied().flatten() {
        let description = registered.description;
        let mut request = (registered.request)();
        for parameter in description.parameters {
            let text = parameter.example.filter(|text| !text.is_empty()).unwrap_or("1");
            let slot = request.slot(parameter.name).expect("a slot for each parameter");
            let _ = slot.put(Scalar::Text(text)) || sae::transport::decode_json::value(text, slot).is_ok();
        }
        // Not every example is whole: what can't be sent can't be read back.
        let Ok(parts) = RequestParts::of(description, &*request) else { continue };
        let mut context = SigningContext::new(SystemTime::UNIX_EPOCH, "nonce".to_owned());
        context.scheme = sae::Scheme::Acs3;
        let sent =
            signed_request(description, &parts, &endpoint, &credentials, context).expect("it is signed");
        assert!(sent.http.is_for(description));
        let mut again = (registered.request)();
        sent.http.read(description, &mut *again).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(
            encode_json::to_string_pretty(&*again),
            encode_json::to_string_pretty(&*request),
            "{}",
            description.name
        );
        read += 1;
    }
    assert!(read > 280, "only {read} operations could be filled");
}

fn is_digest(text: &str) -> bool {
    text.len() == 41 && text.starts_with("(secret:") && text.ends_with(')')
}

/// Every secret of the records holds this word.
const MARK: &str = "hush";

fn secret_laden() -> CreateApplication {
    CreateApplication::new("shop", PackageType::Image, 1)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048)
        .envs([EnvVar::new("PASSWORD").value("hush-1"), EnvVar::new("SHORT").value("hush")])
        .command("sh")
        .command_args(["-c", "login --password hush-2"])
        .oss_ak_id("hush-3")
        .oss_ak_secret("hush-4")
}

async fn stage() -> (LocalSae, Recorder, Client) {
    let server = LocalSae::builder().pace(Pace::instant()).start().await.expect("a server");
    let recorder = Recorder::http();
    let client = Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(server.endpoint())
        .exchange(Arc::new(recorder.clone()))
        .build()
        .expect("a client");
    (server, recorder, client)
}

#[tokio::test]
async fn what_was_recorded_replays_without_its_secrets() {
    let (_server, recorder, client) = stage().await;
    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await.expect("a namespace");
    let created = client.send(secret_laden()).await.expect("an application").into_data().expect("Data");
    let id = created.app_id.clone().expect("an AppId");
    let config = client.send(DescribeApplicationConfig::new(id.as_str())).await.expect("its settings");
    assert!(encode_json::to_string(&config.output).contains("hush-1"), "the service tells what it was told");
    let refused =
        client.send(DescribeApplicationConfig::new("nothing")).await.expect_err("no such application");

    let cassette = recorder.cassette();
    assert!(!cassette.contains(MARK), "{cassette}");
    for word in ["local-secret", "acs local", "signature"] {
        assert!(!cassette.contains(word), "{word}: {cassette}");
    }
    assert_eq!(cassette.lines().count(), 5, "a key and four exchanges: {cassette}");
    assert!(cassette.contains(r#""AppName":"shop""#), "what is no secret is there: {cassette}");

    let replay = Replay::new(&cassette).expect("a cassette");
    let client = replay.client().expect("a client");
    let namespace = CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop");
    client.send(namespace).await.expect("it is in the record");
    let again = client.send(secret_laden()).await.expect("it is in the record").into_data().expect("Data");
    assert_eq!(again, created);
    let replayed = client.send(DescribeApplicationConfig::new(id)).await.expect("it is in the record");
    let data = replayed.into_data().expect("Data");
    assert_eq!(data.app_name, config.data().expect("Data").app_name);
    let envs = data.envs.expect("Envs").into_value().expect("they still have their shape");
    assert_eq!(envs.len(), 2);
    assert!(envs[0].value.as_deref().is_some_and(is_digest), "{envs:?}");
    assert_ne!(envs[0].value, envs[1].value);
    let error =
        client.send(DescribeApplicationConfig::new("nothing")).await.expect_err("it is in the record");
    assert_eq!((error.code(), error.status()), (refused.code(), refused.status()));
    assert_eq!(replay.finish(), Ok(()));
}

#[tokio::test]
async fn other_requests_than_the_recorded_ones_are_refused_by_name() {
    let (_server, recorder, client) = stage().await;
    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await.expect("a namespace");
    let replay = Replay::new(&recorder.cassette()).expect("a cassette");
    let client = replay.client().expect("a client");

    let other = CreateNamespace::new("Shop").namespace_id("cn-hangzhou:hush").namespace_description("new");
    let error = client.send(other).await.expect_err("the record has another");
    assert!(error.to_string().starts_with("CreateNamespace: the cassette has no exchange"), "{error}");
    assert!(error.message().contains("NamespaceId, NamespaceDescription"), "{error}");
    assert!(!error.to_string().contains(MARK), "{error}");
    let error = client.send(ListApplications::new()).await.expect_err("the record has none");
    assert!(error.message().contains("no exchange of this operation"), "{error}");
    let unfinished = replay.finish().expect_err("nothing went by the record");
    assert_eq!(unfinished.unanswered, ["CreateNamespace", "ListApplications"]);
    assert_eq!(unfinished.unasked, [("CreateNamespace".to_owned(), 1)]);
}

#[tokio::test]
async fn a_call_too_many_is_told_from_a_call_with_other_parameters() {
    let (_server, recorder, client) = stage().await;
    let create = |name: &str| CreateNamespace::new(name).namespace_id("cn-hangzhou:shop");
    client.send(create("Shop")).await.expect("a namespace");
    client.send(create("Store")).await.expect_err("it exists");
    client.send(create("Store")).await.expect_err("it exists");
    let replay = Replay::new(&recorder.cassette()).expect("a cassette");
    let client = replay.client().expect("a client");

    client.send(create("Shop")).await.expect("recorded");
    let error = client.send(create("Shop")).await.expect_err("it was recorded once");
    assert_eq!(
        error.to_string(),
        "CreateNamespace: the only exchange of the cassette with these parameters was used before"
    );
    for _ in 0..2 {
        assert!(client.send(create("Store")).await.is_err_and(|error| error.code().is_some()));
    }
    let error = client.send(create("Store")).await.expect_err("it was recorded twice");
    assert!(error.message().starts_with("all 2 exchanges of the cassette with these"), "{error}");
    let error = client.send(create("Other")).await.expect_err("it wasn't recorded");
    assert!(error.message().ends_with("the nearest has another NamespaceName"), "{error}");
}

#[tokio::test]
async fn a_record_holds_no_secret_whatever_the_service_answers() {
    let echo = r#"{"Code":"SignatureDoesNotMatch","RequestId":"R","Message":"no. server string to sign is:POST\nx-acs-security-token:hush-token\n/a?Envs=hush-1"}"#;
    let steps = [
        Step::status(400, echo),
        Step::status(400, r#"{"Code":"InvalidParameter","Message":"hush-1 is no value, nor is hush-3"}"#),
        Step::status(400, r#"{"Code":"No","Unheard":{"Secret":["hush-new"]},"Message":"no"}"#),
        Step::ok(r#"{"Data":{"AppId":"a","Unheard":"hush-other","Deep":[{"Of":"hush-9"}]}}"#),
        Step::ok(r#"{"data":{"Data":{"AppId":"a","Unheard":"hush-other"},"Message":"for hush-1"}}"#),
        Step::ok(
            "<CreateApplicationResponse><Data><AppId>a</AppId><More>hush</More></Data></CreateApplicationResponse>",
        ),
        Step::ok(r#"["hush"]"#),
        Step::status(502, "<html>hush-10"),
        Step::Truncated(b"{\"Data\":\"hush-11".to_vec()),
        Step::Hangup,
    ];
    let request =
        || secret_laden().package_url("https://me:hush-5@host/package.jar?Signature=hush-6&Expires=1");
    for scheme in [sae::Scheme::Roa, sae::Scheme::Acs3] {
        for step in &steps {
            let server = Canned::start(vec![step.clone()]).await;
            let recorder = Recorder::http();
            let credentials = Credentials::new("hush-id", "hush-secret").with_security_token("hush-token");
            let client = Client::builder()
                .credentials(credentials)
                .endpoint(server.endpoint())
                .signature(scheme)
                .exchange(Arc::new(recorder.clone()))
                .build()
                .expect("a client");
            let outcome = client.send(request()).await.map(|reply| reply.answer.status);
            let cassette = recorder.cassette();
            assert!(!cassette.contains(MARK), "{step:?}: {cassette}");
            assert!(cassette.contains("https://(secret:"), "{cassette}");
            assert!(cassette.contains(")@host/package.jar?(secret:"), "{cassette}");
            assert!(!format!("{recorder:?}").contains(MARK));

            let replay = Replay::new(&cassette).expect("a cassette");
            assert!(!format!("{replay:?}").contains(MARK));
            let replayed = replay.client().expect("a client").send(request()).await;
            assert_eq!(
                replayed.map(|reply| reply.answer.status).map_err(|error| error.kind()).is_ok(),
                outcome.is_ok(),
                "{step:?}: {cassette}"
            );
            assert_eq!(replay.finish(), Ok(()), "{cassette}");
        }
    }
}

#[tokio::test]
async fn an_attempt_that_nobody_answered_is_recorded_as_such() {
    let server = Canned::start(vec![Step::Silence]).await;
    let recorder = Recorder::http();
    let client = Client::builder()
        .credentials(Credentials::new("id", "secret"))
        .endpoint(server.endpoint())
        .exchange(Arc::new(recorder.clone()))
        .attempt_timeout(Duration::from_millis(20))
        .max_attempts(1)
        .build()
        .expect("a client");
    client.send(ListApplications::new()).await.expect_err("there is no answer");
    let cassette = recorder.cassette();
    assert!(cassette.contains(r#""failure":"unanswered""#), "{cassette}");
    let replay = Replay::new(&cassette).expect("a cassette");
    let client = replay.builder().attempt_timeout(Duration::from_millis(5)).max_attempts(1).build();
    let error = client.expect("a client").send(ListApplications::new()).await.expect_err("nor now");
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[test]
fn a_line_that_is_none_of_a_cassette_is_named() {
    for (text, expected) in [
        ("\n[", "line 2 of the cassette is no JSON"),
        ("[]", "line 1 of the cassette is no JSON object"),
        ("{}", "has no text \"product\""),
        (r#"{"product":"sae","operation":"A"}"#, "has no object \"parameters\""),
        (r#"{"product":"sae","operation":"A","parameters":{}}"#, "neither a \"failure\" nor a \"status\""),
        (r#"{"product":"sae","operation":"A","parameters":{},"failure":"x"}"#, "unknown \"failure\""),
    ] {
        let error = Replay::new(text).expect_err("it is none");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().contains(expected), "{error}");
    }
    let error = Replay::open("no/such/file").expect_err("there is none");
    assert!(error.message().contains("no/such/file"), "{error}");
}
