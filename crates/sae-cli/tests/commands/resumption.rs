//! `sae deploy` deploys exactly once, whatever happens to the connection, and can be resumed later.

use std::time::Duration;

use sae_local::{Fault, Pace};
use serde_json::Value;

use crate::program::{Program, content};

/// Number of deployments of the application.
async fn deployments(program: &Program) -> usize {
    let types = program.must(&["order", "list", "web", "--output", "json", "--query", "[].CoTypeCode"]).await;
    let types: Vec<String> = serde_json::from_str(&types).expect("a list");
    types.iter().filter(|kind| *kind == "CoDeploy").count()
}

const DEPLOY: [&str; 5] = ["deploy", "--app", "web", "--image", "repo/web:2"];

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_connection_makes_no_second_deployment() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").times(1).drop_after()).expect("a fault");
    program.must(&DEPLOY).await;
    assert_eq!(deployments(&program).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_names_the_command_that_resumes_it() {
    let program = Program::start().await.with_application().await;
    let control = program.control();
    control.fault(Fault::on("DeployApplication").times(1).drop_after()).expect("a fault");
    control.fault(Fault::on("ListChangeOrders").error("Resouce.no.permission")).expect("a fault");
    let unknown = program.run(&[&DEPLOY[..], &["--output", "json"]].concat()).await;
    assert_eq!(unknown.code, 4, "{}", unknown.stderr);
    let document: Value = serde_json::from_str(&unknown.stdout).expect("one document");
    let token = document["Token"].as_str().expect("a token");
    assert!(
        unknown.stderr.contains(&format!("sae deploy --app web --resume {token}\n")),
        "{}",
        unknown.stderr
    );
    control.clear_faults();
    let followed = program.must(&["deploy", "--app", "web", "--resume", token]).await;
    let again = program.must(&[&DEPLOY[..], &["--resume", token]].concat()).await;
    assert_eq!((followed, deployments(&program).await), (again, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_is_resumed_by_order_by_token_or_as_the_latest() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    let order = program.must(&[&DEPLOY[..], &["--resume", "build-7", "--no-wait"]].concat()).await;
    let order = order.trim();
    for resume in
        [&["--resume", "build-7", "--app", "web"][..], &["--resume", order], &["--app", "web", "--resume"]]
    {
        assert_eq!(program.must(&[&["deploy"], resume].concat()).await.trim(), order, "{resume:?}");
    }
    assert_eq!(program.must(&[&DEPLOY[..], &["--resume", "build-7"]].concat()).await.trim(), order);
    assert_eq!(deployments(&program).await, 1);
    program.must(&[&DEPLOY[..], &["--resume", "build-8"]].concat()).await;
    assert_eq!(deployments(&program).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_another_image_is_refused() {
    let program = Program::start().await.with_application().await;
    program.must(&[&DEPLOY[..], &["--resume", "build-7"]].concat()).await;
    let other =
        program.run(&["deploy", "--app", "web", "--image", "repo/web:3", "--resume", "build-7"]).await;
    assert_eq!((other.code, other.stdout.as_str()), (2, ""));
    assert!(other.stderr.contains("deployed another image: repo/web:2"), "{}", other.stderr);
    assert_eq!(deployments(&program).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_repeated_after_a_rollback_ends_alike() {
    let pace = Pace::instant().patience(Duration::ZERO);
    let program = Program::at(pace).await.with_application().await;
    let fault = Fault::on("DeployApplication").times(1).image_pull_failure();
    program.control().fault(fault).expect("a fault");
    let deploy = [&DEPLOY[..], &["--on-failure", "rollback", "--resume", "build-5"]].concat();
    for _ in 0..2 {
        let ended = program.run(&deploy).await;
        assert_eq!(ended.code, 6, "{}", ended.stderr);
        assert!(!ended.stderr.contains("could not be rolled back"), "{}", ended.stderr);
    }
    assert_eq!(deployments(&program).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_of_a_creation_is_no_part_of_the_description() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let create = ["deploy", "--app", "web", "-n", "shop", "--create", "--image", "repo/web:1"];
    program.must(&[&create[..], &["--resume", "build-1"]].concat()).await;
    for look in [&["app", "show", "web"][..], &["export", "-n", "shop"]] {
        let shown = program.must(look).await;
        assert!(!shown.contains("build-1"), "{shown}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_accepted_cannot_be_resumed() {
    let program = Program::start().await.with_application().await;
    let none = "00000000-0000-4000-8000-000000000000";
    for (arguments, code, words) in [
        (&["--app", "web", "--image", "i", "--resume"][..], 2, "doesn't deploy anything"),
        (&["--app", "web", "--image", "i", "--resume", ""], 2, "doesn't deploy anything"),
        (&["--app", "web", "--resume", "build-7"], 1, "web has no deployment with the token build-7"),
        (&["--app", "web", "--resume"], 1, "web has no deployment by this program"),
        (&["--resume", none], 3, "ChangeOrder"),
        (&["--app", "web", "--image", "i", "--resume", "not a token"], 2, "is no token"),
    ] {
        let ended = program.run(&[&["deploy"], arguments].concat()).await;
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
    }
    assert_eq!(deployments(&program).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_change_is_waited_for_on_request() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    program.must(&["app", "restart", "web", "--no-wait"]).await;
    let busy = program.run(&DEPLOY).await;
    assert_eq!(busy.code, 3, "{}", busy.stderr);
    for words in
        ["with --wait-while-busy 10m\n", "sae order watch --app web\n", "sae order abort --app web\n"]
    {
        assert!(busy.stderr.contains(words), "{words}: {}", busy.stderr);
    }
    program.must(&[&DEPLOY[..], &["--wait-while-busy", "30"]].concat()).await;
    assert_eq!(deployments(&program).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deployment_is_never_dropped_for_an_earlier_change_order() {
    let program = Program::start().await.with_application().await;
    let order = program.must(&[&DEPLOY[..], &["--resume", "build-7"]].concat()).await;
    let ended = program.run(&["deploy", "--app", "web", "--image", "i", "--resume", order.trim()]).await;
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("would not be deployed"), "{}", ended.stderr);
    // A token that looks like a change order is one all the same.
    let token = "00000000-0000-4000-8000-000000000000";
    program.must(&[&DEPLOY[..], &["--resume", token]].concat()).await;
    assert_eq!(deployments(&program).await, 2);
}

const CREATE: [&str; 6] = ["deploy", "--app", "web", "--create", "--image", "repo/web:1"];

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_is_resumed_like_a_deployment() {
    let program = Program::start().await;
    let first = program.must(&[&CREATE[..], &["--resume", "build-1"]].concat()).await;
    let again = program.must(&[&CREATE[..], &["--resume", "build-1"]].concat()).await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:1", "--resume", "build-1"];
    let without_create = program.must(&deploy).await;
    let latest = program.must(&["deploy", "--app", "web", "--resume"]).await;
    assert_eq!([&again, &without_create, &latest], [&first; 3]);
    assert_eq!(deployments(&program).await, 0);
    program.must(&[&CREATE[..], &["--resume", "build-2"]].concat()).await;
    assert_eq!(deployments(&program).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_connection_makes_no_second_creation() {
    let program = Program::start().await;
    program.control().fault(Fault::on("CreateApplication").times(1).drop_after()).expect("a fault");
    let order = program.must(&CREATE).await;
    assert_eq!(program.must(&["deploy", "--app", "web", "--resume"]).await, order);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_creation_is_found_by_its_token() {
    let program = Program::start().await;
    let summary = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", summary.to_str().expect("text"));
    let control = program.control();
    control.fault(Fault::on("CreateApplication").times(1).drop_after()).expect("a fault");
    control.fault(Fault::on("ListApplications").skip(1).error("NoPermission")).expect("a fault");
    let unknown = program.run(&[&CREATE[..], &["--output", "json"]].concat()).await;
    assert_eq!(unknown.code, 4, "{}", unknown.stderr);
    let document: Value = serde_json::from_str(&unknown.stdout).expect("one document");
    assert_eq!((&document["AppName"], &document["Outcome"]), (&"web".into(), &"unknown".into()));
    let token = document["Token"].as_str().expect("a token");
    let resume = format!("sae deploy --app web --resume {token}");
    assert!(unknown.stderr.contains(&format!("{resume}\n")), "{}", unknown.stderr);
    assert!(content(&summary).contains(&format!("<code>{resume}</code>")), "{}", content(&summary));
    control.clear_faults();
    program.must(&["deploy", "--app", "web", "--resume", token]).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_during_a_creation_names_a_token_that_finds_it() {
    let program = Program::start().await;
    let file = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", file.to_str().expect("text"));
    let control = program.control();
    control.fault(Fault::on("CreateApplication").times(1).drop_after()).expect("a fault");
    control.fault(Fault::on("ListApplications").skip(1).status(503)).expect("a fault");
    let create = [&CREATE[..], &["--output", "json"]].concat();
    let ended = program.interrupted(&create, "CreateApplication").await;
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
    assert_eq!(document["Outcome"], "unknown");
    let token = document["Token"].as_str().expect("a token");
    let resume = format!("sae deploy --app web --resume {token}");
    assert!(ended.stderr.contains(&format!("{resume}\n")), "{}", ended.stderr);
    assert!(content(&file).contains(&resume), "{}", content(&file));
    control.clear_faults();
    program.must(&["deploy", "--app", "web", "--resume", token]).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_before_the_answer_names_the_change_order_that_is_found() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    let file = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", file.to_str().expect("text"));
    let control = program.control();
    control.freeze();
    control.fault(Fault::on("DeployApplication").times(1).drop_after()).expect("a fault");
    // The search for it goes on until the key is pressed.
    control.fault(Fault::on("ListChangeOrders").times(1).latency(Duration::from_secs(2))).expect("a fault");
    let ended = program.interrupted(&DEPLOY, "DeployApplication").await;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let order = ended.stdout.trim();
    assert_eq!(order.len(), 36, "{order:?}");
    for words in [
        format!("interrupted: change order {order} was accepted and keeps running\n"),
        format!("to keep watching: sae order watch {order}\n"),
    ] {
        assert!(ended.stderr.contains(&words), "{words}: {}", ended.stderr);
    }
    assert!(content(&file).contains(order), "{}", content(&file));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_while_another_change_is_waited_for_says_that_nothing_was_accepted() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    program.control().freeze();
    program.must(&["app", "restart", "web", "--no-wait"]).await;
    let deploy = [&DEPLOY[..], &["--wait-while-busy", "1h"]].concat();
    let ended = program.interrupted(&deploy, "DeployApplication").await;
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    assert!(ended.stderr.contains("it was not accepted"), "{}", ended.stderr);
    assert_eq!(deployments(&program).await, 0);
}
