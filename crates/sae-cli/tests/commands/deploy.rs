//! `sae deploy` follows a rollout in a pipe, on a terminal and in a CI job.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::time::Duration;

use sae_local::{Fault, Pace};
use serde_json::Value;

use crate::program::{FILTERS, Program, content, golden};
use crate::terminal::{Typed, on_terminal, plain};

/// A local SAE with a stopped clock and an application of three instances.
pub async fn standing_still() -> Program {
    let second = Duration::from_secs(1);
    let pace = Pace::instant().prepare(second).start(second);
    let program = Program::at(pace).await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let create =
        ["app", "create", "web", "-n", "shop", "--image", "repo/web:1", "--replicas", "3", "--no-wait"];
    program.must(&create).await;
    program.control().freeze();
    program.control().advance(Duration::from_secs(60));
    program
}

/// Runs the program in a pipe. The clock advances by a second with each line about the rollout. Returns all lines.
async fn second_by_second(program: &Program, arguments: &[&str]) -> (i32, String) {
    let (mut command, control) = (program.command(arguments), program.control());
    let (code, seen) = tokio::task::spawn_blocking(move || {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it started");
        let mut seen = String::new();
        for line in BufReader::new(child.stderr.take().expect("a pipe")).lines() {
            let line = line.expect("text");
            if ["preparing", "batch", "running"].iter().any(|word| line.contains(word)) {
                control.advance(Duration::from_secs(1));
            }
            seen.push_str(&format!("! {line}\n"));
        }
        (child.wait().expect("it ended").code().expect("by itself"), seen)
    })
    .await
    .expect("it ran");
    (code, program.redacted(&seen))
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_pipe_each_change_of_state_is_a_line() {
    let program = standing_still().await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--batches", "3"];
    let (code, seen) = second_by_second(&program, &deploy).await;
    assert_eq!(code, 0, "{seen}");
    assert!(!seen.contains('\u{1b}'), "{seen:?}");
    insta::with_settings!({ filters => FILTERS[1..].to_vec() }, { insta::assert_snapshot!(seen) });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_ends_the_command_with_advice_that_continues() {
    let program = Program::start().await.with_application().await;
    let deploy = "deploy --app web --image repo/web:2 --canary 1 --batches 1 --manual";
    golden!(program.session(&[deploy, "order confirm --app web", "order watch --app web"]).await);
    let image = program.must(&["app", "show", "web", "--query", "Config.ImageUrl", "--output", "text"]).await;
    assert_eq!(image, "repo/web:2\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn advised_commands_run_as_printed() {
    let program = Program::start().await.with_application().await;
    let endpoint = program.endpoint().to_owned();
    let program = program.with("ALIBABA_CLOUD_SAE_ENDPOINT", "");
    let deploy =
        ["deploy", "--app", "web", "--image", "i", "--batches", "2", "--manual", "--endpoint", &endpoint];
    let gate = program.run(&deploy).await;
    assert_eq!(gate.code, 7, "{}", gate.stderr);
    let advice = gate.stderr.lines().find_map(|line| line.split_once("to continue: sae ")).expect("advice").1;
    program.must(&advice.split(' ').collect::<Vec<_>>()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_is_explained_with_cause_log_events_and_the_next_command() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").image_pull_failure()).expect("a fault");
    golden!(program.session(&["deploy --app web --image repo/web:bad --batches 2"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_rollout_is_rolled_back_on_request() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    let deploy = "deploy --app web --image repo/web:bad --on-failure rollback";
    golden!(program.session(&[deploy, "app show web --query Config.ImageUrl --output text"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_rollout_fails_and_is_aborted_on_request() {
    let program =
        Program::at(Pace::instant().patience(Duration::from_hours(1))).await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:bad", "--patience", "0.1"];
    let kept = program.run(&deploy).await;
    assert_eq!(kept.code, 5, "{}", kept.stderr);
    assert!(
        kept.stderr.contains(" is stuck") && kept.stderr.contains("sae order rollback"),
        "{}",
        kept.stderr
    );
    program.must(&["order", "rollback", "--yes", "--app", "web"]).await;
    let aborted = program.run(&[&deploy[..], &["--on-failure", "abort"]].concat()).await;
    assert_eq!(aborted.code, 6, "{}", aborted.stderr);
    let status = ["order", "list", "web", "--limit", "1", "--query", "[0].Status"];
    assert_eq!(program.must(&status).await.trim(), "6");
}

#[tokio::test(flavor = "multi_thread")]
async fn keep_abort_and_rollback_of_a_stuck_rollout() {
    let pace = Pace::instant().patience(Duration::from_hours(1));
    let next = ["deploy", "--app", "web", "--image", "repo/web:3"];
    // What becomes of it, and whether the next deployment is accepted.
    for (on_failure, code, next_code, status) in
        [("keep", 5, 3, "1"), ("abort", 6, 0, "6"), ("rollback", 6, 0, "6")]
    {
        let program = Program::at(pace.clone()).await.with_application().await;
        program.control().fault(Fault::on("DeployApplication").times(1).never_ready()).expect("a fault");
        let deploy = ["deploy", "--app", "web", "--image", "repo/web:bad", "--patience", "0.1"];
        let ended = program.run(&[&deploy[..], &["--on-failure", on_failure]].concat()).await;
        assert_eq!(ended.code, code, "{on_failure}: {}", ended.stderr);
        let shown = program.must(&["order", "show", ended.stdout.trim(), "--query", "Status"]).await;
        assert_eq!(shown.trim(), status, "{on_failure}");
        let is_restored = ended.stderr.contains("rolled back by change order");
        assert_eq!(is_restored, on_failure == "rollback", "{}", ended.stderr);
        let next = program.run(&next).await;
        assert_eq!(next.code, next_code, "{on_failure}: {}", next.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abnormal_rollout_is_aborted_after_the_timeout() {
    let program =
        Program::at(Pace::instant().patience(Duration::from_hours(1))).await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").times(1).never_ready()).expect("a fault");
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:bad", "--wait-timeout", "1"];
    let ended = program.run(&[&deploy[..], &["--on-failure", "abort"]].concat()).await;
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(ended.stderr.contains("failing: aborting it"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_timeout_names_the_command_to_continue_watching() {
    let program = standing_still().await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--timeout", "0.8", "--output", "json"];
    let ended = program.run(&deploy).await;
    assert_eq!(ended.code, 8, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
    assert_eq!(document["Outcome"], "timed-out");
    let order = document["ChangeOrderId"].as_str().expect("an identifier");
    assert!(
        ended.stderr.contains(&format!("to keep watching: sae order watch {order}\n")),
        "{}",
        ended.stderr
    );
    let (code, seen) = second_by_second(&program, &["order", "watch", order]).await;
    assert_eq!(code, 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_watching_and_not_the_rollout() {
    let program = standing_still().await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2"];
    let (code, seen) = on_terminal(&program, 100, &deploy, &[Typed("preparing", "\u{3}")]).await;
    assert_eq!(code, 1, "{seen}");
    assert!(seen.contains("keeps running") && seen.contains("to keep watching: sae order watch "), "{seen}");
    let (code, seen) = second_by_second(&program, &["order", "watch", "--app", "web"]).await;
    assert_eq!(code, 0, "{seen}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_shows_one_updating_line_and_keeps_one_per_batch() {
    let program = Program::start().await.with_application().await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--batches", "2"];
    let (code, seen) = on_terminal(&program, 100, &deploy, &[]).await;
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains('\u{1b}'), "{seen:?}");
    assert!(
        plain(&seen).iter().any(|line| line.ends_with("succeeded in 2 batches, 2 of 2 instances replaced")),
        "{seen}"
    );
    // The same terminal in a CI job.
    let program = program.with("CI", "true");
    for arguments in [&deploy[..], &["logs", "web"]] {
        let (code, seen) = on_terminal(&program, 100, arguments, &[]).await;
        assert_eq!(code, 0, "{seen}");
        assert!(!seen.contains('\u{1b}'), "{seen:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_waiting_only_the_change_order_is_printed() {
    let program = standing_still().await;
    let order = program.must(&["deploy", "--app", "web", "--image", "repo/web:2", "--no-wait"]).await;
    assert_eq!(order.trim().len(), 36, "{order}");
    let shown = program.must(&["order", "show", order.trim(), "--output", "json"]).await;
    assert!(shown.contains(order.trim()), "{shown}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_application_is_created_on_request() {
    let program = Program::start().await;
    let deploy = "deploy --app web -n cn-hangzhou:new --image repo/web:1 --replicas 2 --cpu 1000 --memory 2048 --env A=1";
    let without_image = "deploy --app other -n cn-hangzhou:new --replicas 2 --create";
    golden!(
        program
            .session(&[
                deploy,
                &format!("{deploy} --create"),
                &format!("{deploy} --create"),
                without_image,
                "app history web --output json --query [].CoTypeCode",
                "app show web --query Config.[Replicas,Cpu,Memory,Envs] --output json",
            ])
            .await
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_result_as_json_is_one_document() {
    let program = Program::start().await.with_application().await;
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--output", "json"];
    let document: Value = serde_json::from_str(&program.must(&deploy).await).expect("one document");
    assert_eq!((&document["Outcome"], &document["Status"]), (&"succeeded".into(), &2.into()), "{document}");
    program.control().fault(Fault::on("DeployApplication").image_pull_failure()).expect("a fault");
    let failed = program.run(&deploy).await;
    assert_eq!(failed.code, 5, "{}", failed.stderr);
    let document: Value = serde_json::from_str(&failed.stdout).expect("one document");
    assert_eq!(document["Outcome"], "failed");
    assert_eq!(
        document["Diagnosis"]["Instances"][0]["InstanceContainerStatus"], "ImagePullBackOff",
        "{document}"
    );
    assert!(!document["Diagnosis"]["Causes"].as_array().expect("a list").is_empty(), "{document}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ci_job_gets_a_summary_in_markdown() {
    let program = Program::start().await.with_application().await;
    let file = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", file.to_str().expect("text"));
    program
        .must(&["deploy", "--app", "web", "--image", "repo/web:2", "--batches", "2", "--description", "a|b"])
        .await;
    program.control().fault(Fault::on("DeployApplication").image_pull_failure()).expect("a fault");
    program.run(&["deploy", "--app", "web", "--image", "repo/web:bad", "--description", "build 7"]).await;
    let summary = content(&file);
    let mut filters = FILTERS.to_vec();
    filters.push((r"\\\[sae:[0-9a-f]{16}\\\]", "[token]"));
    filters.push((r"\| \d+:\d\d \|", "| [time] |"));
    insta::with_settings!({ filters => filters }, { insta::assert_snapshot!(summary) });
    program.control().clear_faults();
    let manual = ["deploy", "--app", "web", "--image", "repo/web:4", "--batches", "2", "--manual"];
    let order = program.run(&manual).await.stdout;
    let busy = program.run(&["deploy", "--app", "web", "--image", "repo/web:5"]).await;
    assert_eq!(busy.code, 3, "{}", busy.stderr);
    program.must(&["order", "rollback", "--yes", order.trim()]).await;
    program.must(&["deploy", "--app", "web", "--image", "repo/web:6", "--no-wait"]).await;
    let summary = content(&file);
    for part in [
        "### ⏸️ web: Deploy Application waits for confirmation\n".to_owned(),
        format!("- to continue: <code>sae order confirm {}</code>\n", order.trim()),
        "### ❌ web: not deployed\n\n- **Cause:** DeployApplication: ".to_owned(),
        "<code>sae order abort --app web</code>".to_owned(),
        "### ✅ web: Deploy Application rolled back\n".to_owned(),
        "| Rolled back by | ".to_owned(),
        "### ▶️ change order ".to_owned(),
    ] {
        assert!(summary.contains(&part), "{part}: {summary}");
    }
    // A file that can't be written is told of, and changes nothing else.
    let program = program.with("GITHUB_STEP_SUMMARY", "/nowhere/summary.md");
    program.control().clear_faults();
    let ended = program.run(&["deploy", "--app", "web", "--image", "repo/web:3"]).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stderr.contains("no summary could be written to /nowhere/summary.md"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn variables_are_set_and_removed_one_by_one() {
    let program = Program::start().await.with_application().await;
    let envs =
        async || program.must(&["app", "show", "web", "--query", "Config.Envs", "--output", "text"]).await;
    program.must(&["deploy", "--app", "web", "-e", "A=1", "-e", "B=2", "-e", "A=3"]).await;
    program.must(&["deploy", "--app", "web", "--env", "C=x=y"]).await;
    let all = envs().await;
    for part in ["A", "B", "C", "x=y", "3"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    program.must(&["deploy", "--app", "web", "--unset-env", "B"]).await;
    assert!(!envs().await.contains('B'), "{}", envs().await);
    let unknown = program.run(&["deploy", "--app", "web", "--unset-env", "B"]).await;
    assert_eq!(unknown.code, 2, "{}", unknown.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_and_other_settings_reach_the_service() {
    let program = Program::start().await.with_application().await;
    program
        .must(&[
            "deploy",
            "--app",
            "web",
            "--readiness",
            "http:8080/health",
            "--liveness",
            "exec:test -f /ok",
            "--cpu",
            "2000",
            "--memory",
            "4096",
            "--replicas",
            "1",
            "--param",
            "Timezone=UTC",
        ])
        .await;
    let config: Value = serde_json::from_str(
        &program.must(&["app", "show", "web", "--output", "json", "--query", "Config"]).await,
    )
    .expect("JSON");
    let text = |name: &str| config[name].to_string();
    assert!(text("Readiness").contains("/health") && text("Readiness").contains("8080"), "{config}");
    assert!(text("Liveness").contains("test -f /ok"), "{config}");
    let rest = [text("Cpu"), text("Memory"), text("Replicas"), text("Timezone")];
    assert_eq!(rest, ["2000", "4096", "1", "\"UTC\""], "{config}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_command_line_is_refused_before_anything_is_sent() {
    let program = Program::start().await.with_application().await;
    program.control().forget_requests();
    golden!(
        program
            .session(&[
                "deploy",
                "deploy --app web",
                "deploy --image i",
                "deploy --app web --image i --package p",
                "deploy --app web --image=",
                "deploy --app web --image i --batches 0",
                "deploy --app web --image i --batch-wait 90s --batches 2",
                "deploy --app web --image i --manual",
                "deploy --app web --image i --readiness 8080",
                "deploy --app web --image i --liveness {\"hush\"",
                "deploy --app web --image i --env hush",
                "deploy --app web --image i --param imageUrl=hush",
                "deploy --app web --cpu 1000",
                "deploy --app web --image i --on-failure panic",
                "deploy --resume build-1",
            ])
            .await
    );
    assert!(program.control().requests().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_options_of_a_package_are_named() {
    let program = Program::start().await;
    let create = ["deploy", "--app", "web", "--create", "--package", "http://h/x.jar"];
    let ended = program.run(&create).await;
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stderr.contains("--param Jdk="), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_of_the_instances_is_never_shown() {
    let program = Program::start().await.with_application().await;
    let file = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", file.to_str().expect("text"));
    let deploy =
        ["deploy", "--app", "web", "--image", "repo/web:2", "--env", "PASSWORD=hush", "--output", "json"];
    let mut seen = String::new();
    program.control().fault(Fault::on("DeployApplication").times(1).never_ready()).expect("a fault");
    for _ in 0..2 {
        let ended = program.run(&deploy).await;
        seen += &(ended.stdout + &ended.stderr);
    }
    seen += &content(&file);
    assert!(seen.contains("succeeded") && seen.contains("failed") && !seen.contains("hush"), "{seen}");
}
