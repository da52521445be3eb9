//! A manifest from its text to what runs, and back, against a local SAE.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::time::{Duration, Instant};

use sae::change_order::Outcome;
use sae::{Client, Credentials, ErrorKind};
use sae_local::{Fault, LocalSae, Pace};
use sae_manifest::{Action, Error, Event, Export, Format, Manifest, Plan, Unlisted, WaitError};

const SHOP: &str = r#"
[[namespace]]
id = "cn-hangzhou:shop"

[[application]]
name = "web"
namespace = "cn-hangzhou:shop"
image = "repo/web:1"
replicas = 2
cpu = 1000
memory = 2048
env = { GREETING = "hello", PASSWORD = "hush-hush" }

[[application]]
name = "worker"
namespace = "cn-hangzhou:shop"
image = "repo/worker:1"
replicas = 1
cpu = 1000
memory = 2048
"#;

async fn local() -> (LocalSae, Client) {
    let server = LocalSae::builder().pace(Pace::instant()).start().await.expect("a server");
    let client = Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(server.endpoint())
        .build()
        .expect("a client");
    (server, client)
}

async fn plan(client: &Client, text: &str) -> Plan {
    let manifest = Manifest::read(text, "shop.toml").expect("a manifest");
    Plan::new(client, &manifest, Unlisted::Keep).await.expect("a plan")
}

/// Applies a manifest, all of which has to succeed.
async fn make(client: &Client, text: &str) {
    let applied = plan(client, text).await.apply(client, |_| {}).await.expect("it can be applied");
    applied.success().expect("everything is made");
}

#[tokio::test]
async fn a_manifest_is_applied_and_then_differs_in_nothing() {
    let (_server, client) = local().await;
    let planned = plan(&client, SHOP).await;
    let actions: Vec<_> = planned.changes().iter().map(|change| (change.action, change.kind)).collect();
    let created =
        [(Action::Create, "namespace"), (Action::Create, "application"), (Action::Create, "application")];
    assert_eq!(actions, created);
    assert!(!format!("{planned:?}{planned}{}", planned.json()).contains("hush-hush"));

    let mut seen = Vec::new();
    let applied = planned
        .apply(&client, |event| {
            seen.push(match event {
                Event::Snapshot(snapshot) if snapshot.is_final() => "finished".to_owned(),
                Event::Snapshot(_) => return,
                event => event.to_string(),
            });
        })
        .await
        .expect("it can be applied");
    assert_eq!(
        seen,
        [
            "create namespace cn-hangzhou:shop",
            "create application cn-hangzhou:shop/web",
            "finished",
            "create application cn-hangzhou:shop/worker",
            "finished",
        ]
    );
    assert_eq!(applied.success().expect("everything is made").len(), 3);
    assert!(plan(&client, SHOP).await.is_empty());

    let drifted = plan(&client, &SHOP.replace("replicas = 2", "replicas = 3")).await;
    let [change] = drifted.changes() else { panic!("{drifted}") };
    let [difference] = change.differences.as_slice() else { panic!("{drifted}") };
    assert_eq!(difference.path(), "replicas");
    assert_eq!((difference.before().as_deref(), difference.after().as_deref()), (Some("2"), Some("3")));
}

#[tokio::test]
async fn the_first_failure_ends_it_and_the_result_says_what_is_done() {
    let (server, client) = local().await;
    server.control().fault(Fault::on("CreateApplication").times(1).out_of_quota()).expect("a fault");
    let applied = plan(&client, SHOP).await.apply(&client, |_| {}).await.expect("it can be applied");
    let names = |changes: &[sae_manifest::Change]| -> Vec<String> {
        changes.iter().map(|change| change.name.clone()).collect()
    };
    assert_eq!(names(&applied.done), ["cn-hangzhou:shop"]);
    assert_eq!(names(&applied.not_done), ["cn-hangzhou:shop/worker"]);
    let failed = applied.failed.expect("a failure");
    assert_eq!(failed.change.name, "cn-hangzhou:shop/web");
    assert_eq!((failed.operation, failed.is_partly_done), ("CreateApplication", false));
    assert!(
        matches!(&failed.error, WaitError::Call(error) if error.kind() == ErrorKind::Service),
        "{failed}"
    );

    // Finished changes aren't repeated; a change order that fails is a diagnosis.
    server.control().fault(Fault::on("CreateApplication").times(1).image_pull_failure()).expect("a fault");
    let again = plan(&client, SHOP).await;
    assert_eq!(again.changes().len(), 2);
    let failed = again.apply(&client, |_| {}).await.expect("it can be applied").success();
    let failed = failed.expect_err("the image is not there");
    assert!(failed.is_partly_done);
    assert!(matches!(failed.error, WaitError::Ended(_)), "{failed}");
}

#[tokio::test]
async fn what_is_stuck_ends_it_as_soon_as_that_is_known() {
    let pace = Pace::instant().patience(Duration::from_hours(1));
    let server = LocalSae::builder().pace(pace).start().await.expect("a server");
    let client = Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(server.endpoint())
        .build()
        .expect("a client");
    server.control().fault(Fault::on("CreateApplication").never_ready()).expect("a fault");
    let mut known = None;
    let applied = plan(&client, SHOP)
        .await
        .apply(&client, |event| {
            if matches!(event, Event::Snapshot(snapshot) if snapshot.is_stuck) {
                known = Some(Instant::now());
            }
        })
        .await
        .expect("it can be applied");
    let failed = applied.success().expect_err("it never gets ready");
    assert!(
        matches!(&failed.error, WaitError::Ended(diagnosis) if diagnosis.outcome == Outcome::Stuck),
        "{failed}"
    );
    // It isn't waited for a second time.
    let after = known.expect("a snapshot").elapsed();
    assert!(after < Duration::from_secs(15), "{after:?}");
}

#[tokio::test]
async fn all_mistakes_and_what_the_service_would_refuse_come_at_once() {
    let (_server, client) = local().await;
    let text = SHOP.replace("replicas = 1", "replcas = 1").replacen("memory = 2048", "memory = 1999", 1);
    let manifest = Manifest::read(&text, "shop.toml").expect("it can be read");
    let [finding] = manifest.findings() else { panic!("{manifest:?}") };
    assert_eq!(finding.column, 1);
    assert_eq!(finding.to_string(), "18: application has no key \"replcas\"; did you mean replicas?");
    assert!(!format!("{manifest:?}").contains("hush-hush"));
    assert!(matches!(manifest.validate(), Err(Error::Invalid { .. })));

    let error = Plan::new(&client, &manifest, Unlisted::Keep).await.expect_err("it is invalid");
    let Error::Invalid { file, findings } = error else { panic!("{error}") };
    assert_eq!((file.as_str(), findings.len()), ("shop.toml", 2));
    assert!(findings[0].message.contains("the nearest is cpu 1000 and memory 2048"), "{}", findings[0]);
    assert_eq!(findings[1], *finding);

    // The place of the value, in characters.
    for (text, file, place) in [
        ("[[application]]\nname = \"店\"\nenv = { \"Ä\" = \"b\", \"ü\" = [1] }", "a.toml", (3, 26)),
        ("application:\n- name: 店\n  env: {Ä: b, ü: [1]}", "a.yaml", (3, 18)),
        (r#"{"application": {"name": "店", "env": {"Ä": "b", "ü": [1]}}}"#, "a.json", (1, 54)),
    ] {
        let manifest = Manifest::read(text, file).expect("it can be read");
        let finding = manifest.findings().iter().find(|finding| finding.message.contains("env.ü"));
        let finding = finding.unwrap_or_else(|| panic!("{file}: {manifest:?}"));
        assert_eq!((finding.line, finding.column), place, "{file}: {finding}");
    }
    let error = Manifest::read("[[application]]\nname = ", "shop.toml").expect_err("it is no TOML");
    assert!(error.to_string().starts_with("shop.toml:2: "), "{error}");
}

#[tokio::test]
async fn a_change_that_cannot_be_made_changes_nothing() {
    let (_server, client) = local().await;
    make(&client, SHOP).await;
    let text = SHOP.replace("image = \"repo/web:1\"", "image = \"repo/web:2\"\npackage_type = \"FatJar\"");
    let refused = plan(&client, &text).await;
    let error = refused.apply(&client, |_| panic!("nothing begins")).await.expect_err("it is refused");
    assert!(matches!(&error, Error::Refused(reasons) if reasons.len() == 1), "{error}");
}

#[tokio::test]
async fn an_export_is_a_manifest_of_what_runs() {
    let (_server, client) = local().await;
    make(&client, SHOP).await;
    let exported = Export::new().namespace("cn-hangzhou:shop").read(&client).await.expect("an export");
    assert_eq!(exported.placeholders(), ["web.env.GREETING", "web.env.PASSWORD"]);
    for (format, file) in [(Format::Toml, "a.toml"), (Format::Yaml, "a.yaml"), (Format::Json, "a.json")] {
        let text = exported.text(format).expect("a text");
        assert!(!text.contains("hush-hush"), "{text}");
        let manifest = Manifest::read(&text, file).expect("a manifest");
        let plan = Plan::new(&client, &manifest, Unlisted::Delete).await.expect("a plan");
        assert!(plan.is_empty(), "{plan}");
    }
    let whole = Export::new().application("web").with_secrets(true).read(&client).await.expect("an export");
    assert!(whole.text(Format::Toml).expect("a text").contains("hush-hush"));
    assert!(!format!("{whole:?}").contains("hush-hush"));
    let error = Export::new().application("nobody").read(&client).await.expect_err("there is none");
    assert!(matches!(error, Error::NoApplication(name) if name == "nobody"));
}
