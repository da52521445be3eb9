//! Every example runs, and says what it is to say.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use sae::model::{CreateApplication, CreateNamespace, PackageType};
use sae::{Client, Credentials};
use sae_local::{Fault, LocalSae, Pace};

/// What an example prints when it starts its server itself, in part. Each file of the folder has a line here.
const SAYS: [(&str, &[&str]); 12] = [
    ("blocking", &["2 of 2 instances running", "succeeded"]),
    ("confirm_batches", &["a batch waits: confirmed", "succeeded"]),
    ("credentials", &["the vault is asked", "no credentials"]),
    ("deploy_and_follow", &["3 of 3 instances running", "the same again: true", "runs repo/shop:2"]),
    ("edas_on_kubernetes", &["repo/shop:1: Succeeded", "repo/shop:2: Succeeded"]),
    ("first_call", &["cn-hangzhou", "request "]),
    (
        "handle_errors",
        &[
            "Credentials: ",
            "Config: ",
            "Connect: ",
            "Transport: ",
            "Timeout: ",
            "Decode: ",
            "Request: ",
            "Service: another change runs",
            "Service: there is no such thing",
            "Service: ask for more quota",
            "OutcomeUnknown: look",
            "Ambiguous: several have this name",
            "NotFound: nothing has this name",
        ],
    ),
    ("list_everything", &["namespace cn-hangzhou:shop", "application shop", "1 of 1 applications"]),
    ("raw_call", &["DescribeNamespaces: ", "\"TotalSize\": ", "HTTP 200"]),
    (
        "retry_and_deadline",
        &["read after 3 requests", "outcome unknown", "Application.ChangerOrderRunning", "restarted after"],
    ),
    ("tower_limits", &["12 calls, not faster than the limit: true"]),
    ("testing_offline", &["scripted: nobody knows", "local: started", "replayed: started"]),
];

#[test]
fn every_example_is_run() {
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the folder of the examples")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    // `deploy` has tests of its own: it is a program that wants an environment.
    let run = SAYS.iter().map(|(name, _)| *name).chain(["deploy"]).map(str::to_owned).collect();
    assert_eq!(files, run);
    for file in files {
        let text = source(&file);
        assert!(text.lines().count() <= 60, "{file} is too long for an example");
        assert!(text.starts_with("//! "), "{file} doesn't say what it is");
    }
}

#[test]
fn examples_end_well_and_say_what_they_show() {
    let is_built = |name: &str| match name {
        "blocking" => cfg!(feature = "blocking"),
        "tower_limits" => cfg!(feature = "tower"),
        _ => true,
    };
    let runs = SAYS.into_iter().filter(|(name, _)| is_built(name));
    // All at once: most of their time they wait.
    let runs: Vec<_> = runs
        .map(|(name, expected)| (name, expected, std::thread::spawn(move || run(command(name)))))
        .collect();
    for (name, expected, output) in runs {
        let output = output.join().expect("it can be run");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{name}: {said}{}", String::from_utf8_lossy(&output.stderr));
        for text in expected {
            assert!(said.contains(text), "{name} doesn't say {text:?}:\n{said}");
        }
    }
}

#[test]
fn a_program_that_deploys_has_at_most_25_lines() {
    assert!(source("deploy").lines().count() <= 25);
}

#[tokio::test]
async fn the_program_that_deploys_shows_progress_and_ends_with_the_right_code() {
    let pace = Pace::brisk().start(Duration::from_millis(600));
    let server = LocalSae::builder().pace(pace).start().await.expect("a server");
    let control = server.control();
    let client = Client::builder()
        .credentials(Credentials::new("local", "local-secret"))
        .endpoint(server.endpoint())
        .build()
        .expect("a client");
    client.send(CreateNamespace::new("Shop").namespace_id("cn-hangzhou:shop")).await.expect("a namespace");
    let create = CreateApplication::new("shop", PackageType::Image, 2)
        .namespace_id("cn-hangzhou:shop")
        .image_url("repo/shop:1")
        .cpu(1000)
        .memory(2048);
    let created = client.submit(create).await.expect("an application");
    created.wait().await.expect("an end").success().expect("it runs");

    let deploy = async |app: &'static str| {
        let mut command = command("deploy");
        command.args([app, "repo/shop:2"]).env("ALIBABA_CLOUD_SAE_ENDPOINT", server.endpoint());
        command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "local");
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "local-secret");
        let output = tokio::task::spawn_blocking(|| run(command)).await.expect("it ends");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let check = |(code, said): (Option<i32>, String), expected: i32, texts: &[&str]| {
        assert_eq!(code, Some(expected), "{said}");
        for text in texts {
            assert!(said.contains(text), "{text:?} is not in:\n{said}");
        }
    };

    check(deploy("shop").await, 0, &["0 of 1 batches done", "2 of 2 instances running", "succeeded"]);
    control.fault(Fault::on("DeployApplication").times(1).drop_after()).expect("a fault");
    check(deploy("cn-hangzhou:shop/shop").await, 0, &["succeeded"]);
    check(deploy("nothing").await, 3, &["there is no application \"nothing\""]);
    control.fault(Fault::on("DeployApplication").times(1).out_of_quota()).expect("a fault");
    check(deploy("shop").await, 3, &["NoComputeResourceQuota.Exceed"]);
    control.fault(Fault::on("DeployApplication").times(1).image_pull_failure()).expect("a fault");
    check(deploy("shop").await, 5, &["change order", "cause: ", "repo/shop:2"]);
}

/// An example as it was built beside this test.
fn command(name: &str) -> Command {
    let test = std::env::current_exe().expect("this program");
    let examples =
        test.parent().and_then(Path::parent).expect("the folder of what is built").join("examples");
    let program = examples.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(program.exists(), "{} is not there: cargo build --package sae --examples", program.display());
    let mut command = Command::new(program);
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("ALIBABA_CLOUD_") {
            command.env_remove(variable);
        }
    }
    command
}

fn run(mut command: Command) -> Output {
    command.output().expect("it can be started")
}

fn source(name: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{name}.rs"))).expect("an example")
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")
}
