//! `sae deploy`: exactly once, whatever happens to the connection, and resumed by those who come later.

use sae_local::{Fault, Pace};
use serde_json::Value;

use crate::program::Program;

/// How many deployments the application has had.
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
async fn what_was_never_accepted_cannot_be_resumed() {
    let program = Program::start().await.with_application().await;
    let none = "00000000-0000-4000-8000-000000000000";
    for (arguments, code, words) in [
        (&["--app", "web", "--resume", "build-7"][..], 1, "web has no deployment with the token build-7"),
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
async fn a_change_under_way_is_waited_for_if_that_is_wanted() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    program.must(&["app", "restart", "web", "--no-wait"]).await;
    let busy = program.run(&DEPLOY).await;
    assert_eq!(busy.code, 3, "{}", busy.stderr);
    program.must(&[&DEPLOY[..], &["--wait-while-busy", "30"]].concat()).await;
    assert_eq!(deployments(&program).await, 1);
}
