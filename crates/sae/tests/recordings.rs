//! What a recording keeps, and what of it a replay takes for the same.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::useless_vec,
    reason = "a test ends where something is not as it must be; requests are large"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use sae::model::{
    CreateApplication, CreateConfigMap, CreateNamespace, DeployApplication, DescribeApplicationConfig,
    DescribeConfigMap, EnvVar, ListNamespaceChangeOrders, PackageType,
};
use sae::testing::{Recorder, Replay};
use sae::transport::{AttemptMark, Exchange, ExchangeFuture, HttpRequest, encode_json};
use sae::{Client, Credentials, ErrorKind};
use sae_local::{Fault, LocalSae, Pace};
use sae_tests::{Canned, Step};

struct Stage {
    server: LocalSae,
    recorder: Recorder,
    client: Client,
}

impl Stage {
    async fn new() -> Self {
        Self::with(Pace::instant()).await
    }

    async fn with(pace: Pace) -> Self {
        let server = LocalSae::builder().pace(pace).start().await.expect("a server");
        let (recorder, client) = recorded(&server.endpoint());
        client
            .send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop"))
            .await
            .expect("a namespace");
        Self { server, recorder, client }
    }

    async fn application(&self, request: CreateApplication) -> String {
        let reply = self.client.send(request).await.expect("an application");
        reply.into_data().expect("Data").app_id.expect("an AppId")
    }

    /// A client that gets what was recorded.
    fn replayed(&self) -> (Replay, Client) {
        let replay = Replay::new(&self.recorder.cassette()).expect("a cassette");
        let client = replay.client().expect("a client");
        (replay, client)
    }
}

fn recorded(endpoint: &str) -> (Recorder, Client) {
    let recorder = Recorder::http();
    let client = Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(endpoint)
        .exchange(Arc::new(recorder.clone()))
        .build()
        .expect("a client");
    (recorder, client)
}

fn create(envs: &[(&str, &str)]) -> CreateApplication {
    CreateApplication::new("shop", PackageType::Image, 1)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/Image:1")
        .cpu(1000)
        .memory(2048)
        .envs(
            envs.iter().map(|(name, value)| EnvVar::new(*name).value(*value)).collect::<sae::Json<Vec<_>>>(),
        )
}

#[tokio::test]
async fn a_secret_is_replaced_in_its_place_and_nowhere_else() {
    let stage = Stage::new().await;
    // Each of these texts stands elsewhere, too: in a member's name, as a number, as the name of the application.
    let envs = [("A", "Image"), ("B", "1"), ("C", "shop"), ("D", "true"), ("E", "AppId")];
    let id = stage.application(create(&envs)).await;
    let config = stage.client.send(DescribeApplicationConfig::new(id.as_str())).await.expect("settings");

    let cassette = stage.recorder.cassette();
    for kept in [
        r#""ImageUrl":"repo/Image:1""#,
        r#""Replicas":"1""#,
        r#""AppName":"shop""#,
        r#""name":"A""#,
        &format!(r#""AppId":"{id}""#),
    ] {
        assert!(cassette.contains(kept), "{kept}: {cassette}");
    }
    assert!(!cassette.contains(r#""value":"Image""#), "{cassette}");

    let (replay, client) = stage.replayed();
    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await.expect("recorded");
    client.send(create(&envs)).await.expect("recorded");
    let mut again = client.send(DescribeApplicationConfig::new(id)).await.expect("recorded").output;
    let mut config = config.output;
    let (again, config) = (again.data.as_mut().expect("Data"), config.data.as_mut().expect("Data"));
    let names = |envs: &sae::Json<Vec<EnvVar>>| {
        envs.value().expect("a list").iter().map(|env| env.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(again.envs.as_ref().expect("Envs")), names(config.envs.as_ref().expect("Envs")));
    (again.envs, config.envs) = (None, None);
    assert_eq!(encode_json::to_string(again), encode_json::to_string(config));
    assert_eq!(replay.finish(), Ok(()));
}

#[tokio::test]
async fn a_request_with_another_secret_is_another_request() {
    let stage = Stage::new().await;
    stage.application(create(&[("PASSWORD", "hush-1"), ("EMPTY", "")])).await;
    let (_, client) = stage.replayed();
    for other in vec![
        create(&[("PASSWORD", "hush-2"), ("EMPTY", "")]),
        create(&[("PASSWORD", ""), ("EMPTY", "")]),
        create(&[("PASSWORD", "hush-1"), ("EMPTY", "hush-1")]),
        create(&[("PASSWORT", "hush-1"), ("EMPTY", "")]),
        create(&[("PASSWORD", "hush-1")]),
        create(&[("PASSWORD", "(secret)"), ("EMPTY", "")]),
        create(&[("PASSWORD", "hush-1"), ("EMPTY", "")]).command("sh"),
        create(&[("PASSWORD", "hush-1"), ("EMPTY", "")]).image_url("repo/Image:2"),
        create(&[("PASSWORD", "hush-1"), ("EMPTY", "")]).envs(sae::Json::raw("hush-1")),
    ] {
        let error = client.send(other).await.expect_err("it wasn't recorded");
        assert!(error.message().contains("no exchange with these parameters"), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    client.send(create(&[("PASSWORD", "hush-1"), ("EMPTY", "")])).await.expect("it was recorded");
}

#[tokio::test]
async fn other_free_forms_are_told_apart_too() {
    let mut alike = Vec::new();
    for (recorded_as, other) in [
        (r#"{"k":"hush-1"}"#, r#"{"k":"hush-2"}"#),
        (r#"{"k":"hush-1"}"#, r#"{"k2":"hush-1"}"#),
        (r#"{"k":1}"#, r#"{"k":2}"#),
        // Values of another kind that are written with the same characters.
        (r#"{"k":1}"#, r#"{"k":"1"}"#),
        (r#"{"k":"1"}"#, r#"{"k":1}"#),
        (r#"{"k":1.5}"#, r#"{"k":"1.5"}"#),
        (r#"{"k":true}"#, r#"{"k":"true"}"#),
        (r#"{"k":null}"#, r#"{"k":"null"}"#),
        (r#"{"k":["hush-1",1]}"#, r#"{"k":["hush-1","1"]}"#),
        (r#"{"k":[1]}"#, r#"{"k":"[1]"}"#),
        (r#"{"k":{"l":{"m":1}}}"#, r#"{"k":{"l":{"m":"1"}}}"#),
        (r#"{"k":12345678901234567890}"#, r#"{"k":"12345678901234567890"}"#),
        (r#"{"k":1e400}"#, r#"{"k":"1e400"}"#),
        (r#"{"k":"hush-1","k":"hush-2"}"#, r#"{"k":"hush-2"}"#),
        (r#"{"k":{"l":1,"l":2}}"#, r#"{"k":{"l":2}}"#),
        (r#"{"k":{"deep":["hush-1"]}}"#, r#"{"k":{"deep":["hush-2"]}}"#),
        ("hush-1", "hush-2"),
        // Zeros at the end are part of a value.
        (r#"{"k":"hush"}"#, r#"{"k":"hush\u0000"}"#),
        (r#"{"k":""}"#, r#"{"k":"\u0000"}"#),
        ("hush\0", "hush"),
        // Texts that look alike, and names of members as values.
        (r#"{"k":"é"}"#, r#"{"k":"e\u0301"}"#),
        (r#"{"k":"Data"}"#, r#"{"k":"data"}"#),
        (r#"{"Data":"k"}"#, r#"{"k":"Data"}"#),
        (r#"{"k":""}"#, r#"{"k":null}"#),
        (r#"{"k":""}"#, r#"{"k":[]}"#),
        (r#"{"k":[]}"#, r#"{"k":{}}"#),
        (r#"{"":"hush-1"}"#, r#"{"":"hush-2"}"#),
    ] {
        let server = Canned::start(vec![Step::ok(r#"{"Success":true}"#)]).await;
        let (recorder, client) = recorded(server.endpoint());
        let request =
            |data: &str| CreateConfigMap::new("settings", "cn-hangzhou:shop").data(sae::Json::raw(data));
        client.send(request(recorded_as)).await.expect("an answer");
        assert!(!recorder.cassette().contains("hush"), "{}", recorder.cassette());
        let replay = Replay::new(&recorder.cassette()).expect("a cassette");
        let client = replay.client().expect("a client");
        if client.send(request(other)).await.is_ok() {
            alike.push((recorded_as, other));
            continue;
        }
        client.send(request(recorded_as)).await.expect("it was recorded");
    }
    assert_eq!(alike, [], "these were taken for the same");
}

#[tokio::test]
async fn a_structure_that_is_no_secret_is_replayed_however_its_numbers_are_written() {
    for text in [
        r#"{"region":1.0,"kafkaEndpoint":"k"}"#,
        r#"{"region":1e400,"region":12345678901234567890}"#,
        r#"{"region":-0.0,"more":[1.5,1e300,0.1]}"#,
        r#"[{"region":1.0}]"#,
        " [1.0, 2e0] ",
        "{not JSON",
    ] {
        let server = Canned::start(vec![Step::ok(r#"{"Data":{"ChangeOrderId":"o"}}"#)]).await;
        let (recorder, client) = recorded(server.endpoint());
        let request = || DeployApplication::new("a").kafka_configs(sae::Json::raw(text));
        client.send(request()).await.expect("an answer");
        let replay = Replay::new(&recorder.cassette()).expect("a cassette");
        replay
            .client()
            .expect("a client")
            .send(request())
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[tokio::test]
async fn what_a_replay_hands_out_stands_for_the_secret() {
    let stage = Stage::new().await;
    let id = stage.application(create(&[("PASSWORD", "hush-1")])).await;
    // A program that takes over settings from what runs.
    let take_over = async |client: &Client| {
        let config = client.send(DescribeApplicationConfig::new(id.as_str())).await?.into_data()?;
        let mut deploy = DeployApplication::new(id.as_str()).image_url("repo/Image:2");
        deploy.envs = config.envs;
        client.send(deploy).await
    };
    Box::pin(take_over(&stage.client)).await.expect("it is deployed");
    let (_, client) = stage.replayed();
    Box::pin(take_over(&client)).await.expect("it was recorded");
}

#[tokio::test]
async fn a_number_in_the_place_of_a_secret_is_taken_over_as_the_client_reads_it() {
    let config = r#"{"Data":{"ConfigMapId":1,"Data":{"port":8080}}}"#;
    let envs = r#"{"Data":{"Envs":"[{\"name\":\"PORT\",\"value\":8080}]"}}"#;
    let deployed = r#"{"Data":{"ChangeOrderId":"o"}}"#;
    let server = Canned::start([config, deployed, envs, deployed].map(Step::ok).to_vec()).await;
    let (recorder, client) = recorded(server.endpoint());
    let take_over = async |client: &Client| {
        let config = client.send(DescribeConfigMap::new(1)).await?.into_data()?.data;
        let port = config.get("port").cloned();
        let port = port.as_ref().and_then(|port| {
            port.as_str().map_or_else(|| Some(port.to_json()), |text| Some(text.to_owned()))
        });
        client
            .send(DeployApplication::new("a").envs([EnvVar::new("PORT").value(port.unwrap_or_default())]))
            .await?;
        let mut deploy = DeployApplication::new("b");
        deploy.envs = client.send(DescribeApplicationConfig::new("a")).await?.into_data()?.envs;
        client.send(deploy).await
    };
    Box::pin(take_over(&client)).await.expect("answers");
    let replay = Replay::new(&recorder.cassette()).expect("a cassette");
    let client = replay.client().expect("a client");
    Box::pin(take_over(&client)).await.expect("it was recorded");
}

#[tokio::test]
async fn credentials_of_addresses_are_told_apart_and_not_kept() {
    let server = Canned::start(vec![Step::ok(r#"{"Data":{"ChangeOrderId":"o"}}"#)]).await;
    let (recorder, client) = recorded(server.endpoint());
    let request = |url: &str| DeployApplication::new("a").package_url(url);
    let url = "https://me:hush-1@host/x.jar?Signature=hush-2";
    client.send(request(url)).await.expect("an answer");
    let cassette = recorder.cassette();
    assert!(!cassette.contains("hush") && cassette.contains("@host/x.jar?"), "{cassette}");
    let replay = Replay::new(&cassette).expect("a cassette");
    let client = replay.client().expect("a client");
    for other in [
        "https://me:hush-2@host/x.jar?Signature=hush-2",
        "https://me:hush-1@host/x.jar",
        "https://host/x.jar",
    ] {
        client.send(request(other)).await.expect_err("it wasn't recorded");
    }
    client.send(request(url)).await.expect("it was recorded");
}

#[tokio::test]
async fn a_deployment_with_a_random_token_is_replayed() {
    let stage = Stage::new().await;
    let id = stage.application(create(&[])).await;
    let deploy = async |client: &Client| {
        let mut orders = Vec::new();
        for tag in ["repo/Image:2", "repo/Image:3"] {
            let order = client.deploy(DeployApplication::new(id.as_str()).image_url(tag)).await?;
            order.wait().await?;
            orders.push(order.id().to_owned());
        }
        Ok::<_, sae::Error>(orders)
    };
    let orders = deploy(&stage.client).await.expect("they are deployed");
    let (_, client) = stage.replayed();
    assert_eq!(deploy(&client).await.expect("they were recorded"), orders);
    let more = client.deploy(DeployApplication::new(id.as_str()).image_url("repo/Image:4")).await;
    more.expect_err("a third one wasn't recorded");
}

#[tokio::test]
async fn a_deployment_whose_answer_was_lost_is_replayed_with_its_look_for_the_token() {
    let stage = Stage::new().await;
    let id = stage.application(create(&[])).await;
    stage.server.control().fault(Fault::on("DeployApplication").times(1).drop_after()).expect("a fault");
    let deploy = async |client: &Client| {
        let order = client.deploy(DeployApplication::new(id.as_str()).image_url("repo/Image:2")).await?;
        Ok::<_, sae::Error>(order.id().to_owned())
    };
    let order = deploy(&stage.client).await.expect("it is found again");
    let (_, client) = stage.replayed();
    assert_eq!(deploy(&client).await.expect("it was recorded"), order);
}

/// How often a client looks depends on the time that answers take; a replay takes another.
#[tokio::test]
async fn what_ends_with_a_time_is_replayed_look_by_look_whatever_the_clock_says() {
    let ms = Duration::from_millis;
    let lost = || Fault::on("DeployApplication").times(1).drop_before();
    let busy = || Fault::on("DeployApplication").times(2).error("Application.ChangerOrderRunning");
    for (fault, token) in [
        (lost(), None),
        (lost(), Some("ci-10")),
        (Fault::on("DeployApplication").times(2).status(503), None),
        (Fault::on("DeployApplication").times(2).throttle(ms(1)), Some("ci-10")),
        (busy(), Some("ci-10")),
        (Fault::on("DeployApplication").never_ready(), None),
        (Fault::on("DescribeChangeOrder").skip(2).status(503), None),
    ] {
        let pace = Pace::brisk().prepare(ms(1)).start(ms(5)).stop(ms(5)).batch_wait(ms(1));
        let stage = Stage::with(pace).await;
        let created = stage.client.submit(create(&[])).await.expect("an application");
        created.wait().poll(ms(2)).await.expect("an end").success().expect("it runs");
        let id = created.app_id().expect("an AppId");
        let rolled_out = async |client: &Client| {
            let request = DeployApplication::new(id).image_url("repo/Image:2");
            let mut deploy = client.deploy(request).settle(ms(50)).poll(ms(2)).wait_while_busy(ms(2000));
            if let Some(token) = token {
                deploy = deploy.token(token);
            }
            let order = deploy.await?;
            let wait = order.wait().poll(ms(2)).patience(ms(60)).outage(ms(60)).timeout(ms(2000));
            Ok::<_, sae::Error>((order.id().to_owned(), wait.await?.outcome))
        };
        let before = stage.recorder.cassette().lines().count();
        stage.server.control().fault(fault.clone()).expect("a fault");
        let then = rolled_out(&stage.client).await.map_err(|error| error.kind());
        let cassette = stage.recorder.cassette();
        let lines: Vec<_> = cassette.lines().collect();
        let (head, rest) = lines.split_first().expect("a key");
        let cassette = [&[*head], rest.get(before - 1..).expect("more")].concat().join("\n");
        for is_driven in [true, false, true] {
            let replay = Replay::new(&cassette).expect("a cassette");
            let client = replay.client().expect("a client");
            if is_driven {
                tokio::time::pause();
            }
            let now = rolled_out(&client).await.map_err(|error| error.kind());
            if is_driven {
                tokio::time::resume();
            }
            assert_eq!(now, then, "{fault:?}");
            assert_eq!(replay.finish(), Ok(()), "{fault:?}");
        }
    }
}

/// An exchange that remembers what makes requests differ.
#[derive(Clone, Debug)]
struct Seen<E>(E, Arc<Mutex<Vec<String>>>);

impl<E: Exchange> Exchange for Seen<E> {
    fn exchange(&self, request: HttpRequest) -> ExchangeFuture<'_> {
        let header = |name| request.header(name).unwrap_or_default().to_owned();
        let seen = ["x-acs-signature-nonce", "date", "x-acs-date"].map(header).join(" ");
        self.1.lock().expect("no panic").push(seen);
        self.0.exchange(request)
    }

    fn attempt_mark(&self, operation: &str, mark: AttemptMark) -> AttemptMark {
        self.0.attempt_mark(operation, mark)
    }
}

#[tokio::test]
async fn nonces_and_dates_are_those_of_the_recording() {
    for scheme in [sae::Scheme::Roa, sae::Scheme::Acs3] {
        let server = LocalSae::builder().pace(Pace::instant()).start().await.expect("a server");
        // The service's clock is ahead, so that an attempt is refused and the next one corrected.
        server.control().skew(3_600_000);
        let calls = async |client: &Client| {
            client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await?;
            client.send(ListNamespaceChangeOrders::new("cn-hangzhou:shop")).await
        };
        let recorder = Recorder::http();
        let builder = || {
            Client::builder()
                .credentials(Credentials::new("local", "local-secret"))
                .endpoint(server.endpoint())
                .signature(scheme)
        };
        let then = Seen(recorder.clone(), Arc::default());
        let client = builder().exchange(Arc::new(then.clone())).build().expect("a client");
        calls(&client).await.ok();
        let cassette = recorder.cassette();
        assert!(
            cassette.contains("InvalidTimeStamp.Expired") || cassette.contains("IllegalTimestamp"),
            "{cassette}"
        );

        let replay = Replay::new(&cassette).expect("a cassette");
        let now = Seen(replay.clone(), Arc::default());
        let client = builder().exchange(Arc::new(now.clone())).build().expect("a client");
        calls(&client).await.ok();
        assert_eq!(*now.1.lock().expect("no panic"), *then.1.lock().expect("no panic"));
        assert_eq!(replay.finish(), Ok(()));
    }
}

#[test]
fn a_recording_without_digests_is_refused_with_what_to_do() {
    let old = r#"{"product":"sae","operation":"DeployApplication","parameters":{"AppId":"a","Envs":[{"name":"(secret)","value":"(secret)"}]},"status":200}"#;
    let error = Replay::new(old).expect_err("it can't tell one request from another");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.message().contains("line 1") && error.message().contains("record it anew"), "{error}");
    for (head, expected) in [
        (r#"{"recording":3}"#, "a form that this version doesn't read"),
        (r#"{"recording":2,"digest":"x"}"#, "a \"digest\" that this version doesn't compute"),
        (
            r#"{"product":"sae","operation":"A","parameters":{"Envs":"(secret:00112233445566778899aabbccddeeff)"},"status":200}"#,
            "no line above it has the key",
        ),
        (r#"{"token":"t"}"#, "has no text \"application\""),
    ] {
        let error = Replay::new(head).expect_err("it is none");
        assert!(error.message().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_person_writes_secrets_as_they_are() {
    let text = r#"{"product":"sae","operation":"DeployApplication","parameters":{"AppId":"a","Envs":[{"name":"P","value":"made up"}]},"status":200,"body":{"Data":{"ChangeOrderId":"o"}}}"#;
    let client = Replay::new(text).expect("a cassette").client().expect("a client");
    let deploy = |value: &str| DeployApplication::new("a").envs([EnvVar::new("P").value(value)]);
    client.send(deploy("another")).await.expect_err("another value");
    client.send(deploy("made up")).await.expect("it stands there");
}
