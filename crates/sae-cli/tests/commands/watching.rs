//! Follows a change order despite obstacles: no answer, no permission, no time, a narrow terminal.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;
use std::time::Duration;

use sae_local::{Fault, Pace};
use serde_json::Value;

use crate::deploy::standing_still;
use crate::program::{Ended, Program, content, press_ctrl_c};
use crate::terminal::{on_terminal, plain};

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_service_is_reported_and_nothing_is_invented() {
    let program = standing_still().await;
    let fault = Fault::on("DescribeChangeOrder").skip(2).drop_before();
    program.control().fault(fault).expect("a fault");
    let deploy =
        ["deploy", "--app", "web", "--image", "repo/web:2", "--wait-timeout", "4", "--output", "json"];
    let ended = program.run(&deploy).await;
    assert_eq!(ended.code, 8, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
    let order = document["ChangeOrderId"].as_str().expect("an identifier");
    for words in [
        "  no response: DescribeChangeOrder: ",
        &format!("the outcome of change order {order} is unknown: no response since 0:"),
        "last seen preparing\n",
        &format!("sae order watch {order}\n"),
    ] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    assert!(!ended.stderr.contains("still running\n"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_rollout_that_cannot_be_followed_is_unknown() {
    let program = standing_still().await;
    let file = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", file.to_str().expect("text"));
    for (looks, seen) in [(0, "accepted"), (1, "preparing")] {
        let fault = Fault::on("DescribeChangeOrder").skip(looks).error("Resouce.no.permission");
        program.control().fault(fault).expect("a fault");
        let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--output", "json"];
        let ended = program.run(&deploy).await;
        assert_eq!(ended.code, 4, "{}", ended.stderr);
        let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
        assert_eq!(document["Outcome"], "unknown");
        let order = document["ChangeOrderId"].as_str().expect("an identifier");
        for words in [
            &format!("unknown: change order {order} was last seen {seen}, and can't be followed any more\n"),
            "  cause: DescribeChangeOrder: Resouce.no.permission",
            &format!("sae order watch {order}\n"),
        ] {
            assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
        }
        let summary = content(&file);
        assert!(summary.contains("### ❓") && summary.contains(order), "{summary}");
        // Who only looks is refused, no more.
        let watched = program.run(&["order", "watch", order]).await;
        assert_eq!(watched.code, 3, "{}", watched.stderr);
        program.control().clear_faults();
        program.must(&["order", "abort", "--yes", order, "--no-wait"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_never_comes_ends_like_an_error_not_like_the_deadline() {
    let program = standing_still().await;
    let order = program.must(&["deploy", "--app", "web", "--image", "repo/web:2", "--no-wait"]).await;
    let silent = Fault::on("DescribeChangeOrder").skip(1).latency(Duration::from_mins(5));
    program.control().fault(silent).expect("a fault");
    let watch = ["order", "watch", order.trim(), "--outage", "2", "--timeout", "1", "--wait-timeout", "60"];
    let ended = program.run(&watch).await;
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    assert!(ended.stderr.contains("can't be followed any more\n"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_order_that_was_never_read_in_time_ends_with_the_last_error() {
    let program = standing_still().await;
    let order = program.must(&["deploy", "--app", "web", "--image", "repo/web:2", "--no-wait"]).await;
    program.control().fault(Fault::on("DescribeChangeOrder").drop_before()).expect("a fault");
    let order = order.trim();
    let ended = program.run(&["order", "watch", order, "--wait-timeout", "1"]).await;
    assert_eq!(ended.code, 8, "{}", ended.stderr);
    let words = format!("change order {order} couldn't be read in time: DescribeChangeOrder: ");
    assert!(ended.stderr.contains(&words), "{}", ended.stderr);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_before_the_first_look_names_the_change_order() {
    let program = standing_still().await;
    let slow = Fault::on("DescribeChangeOrder").latency(Duration::from_mins(1));
    program.control().fault(slow).expect("a fault");
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--output", "json"];
    let mut command = program.command(&deploy);
    let ended = tokio::task::spawn_blocking(move || {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started");
        let mut first = String::new();
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe"));
        lines.read_line(&mut first).expect("a line");
        press_ctrl_c(&child);
        let mut rest = String::new();
        lines.read_to_string(&mut rest).expect("text");
        let output = child.wait_with_output().expect("it ended");
        Ended { stderr: first + &rest, ..Ended::of(&output) }
    })
    .await
    .expect("it ran");
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
    let order = document["ChangeOrderId"].as_str().expect("an identifier");
    assert!(
        ended.stderr.ends_with(&format!("to keep watching: sae order watch {order}\n")),
        "{}",
        ended.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_is_reported_only_once_it_has_succeeded() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    let refused = Fault::on("AbortAndRollbackChangeOrder").error("Resouce.no.permission");
    program.control().fault(refused).expect("a fault");
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:bad", "--on-failure", "rollback"];
    let ended = program.run(&deploy).await;
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    assert!(ended.stderr.contains("it could not be rolled back"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("is restored"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollback_restores_the_last_good_version() {
    let program = Program::start().await.with_application().await;
    for (image, on_failure, code) in [("repo/web:bad", "keep", 5), ("repo/web:worse", "rollback", 6)] {
        program.control().fault(Fault::on("DeployApplication").times(1).never_ready()).expect("a fault");
        let deploy = ["deploy", "--app", "web", "--image", image, "--on-failure", on_failure];
        let ended = program.run(&deploy).await;
        assert_eq!(ended.code, code, "{}", ended.stderr);
    }
    let image = program.must(&["app", "show", "web", "--query", "Config.ImageUrl", "--output", "text"]).await;
    assert_eq!(image, "repo/web:1\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_or_slow_rollback_is_reported_with_its_change_order() {
    let program = Program::start().await.with_application().await;
    let file = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", file.to_str().expect("text"));
    let deploy =
        ["deploy", "--app", "web", "--image", "repo/web:2", "--batches", "2", "--manual", "--no-wait"];
    let order = program.must(&deploy).await;
    program.control().fault(Fault::on("AbortAndRollbackChangeOrder").never_ready()).expect("a fault");
    let failed = program.run(&["order", "rollback", "--yes", order.trim(), "--output", "json"]).await;
    assert_eq!(failed.code, 5, "{}", failed.stderr);
    let document: Value = serde_json::from_str(&failed.stdout).expect("one document");
    assert_eq!(document["Outcome"], "rollback-failed");
    let by = document["RollbackChangeOrderId"].as_str().expect("an identifier");
    assert!(failed.stderr.contains(&format!("and so did its rollback, {by}")), "{}", failed.stderr);
    assert!(content(&file).contains(&format!("| Rolled back by | {by} |")), "{}", content(&file));
    let program = standing_still().await;
    let order = program.must(&["deploy", "--app", "web", "--image", "repo/web:2", "--no-wait"]).await;
    let late = program.run(&["order", "rollback", "--yes", order.trim(), "--wait-timeout", "0.5"]).await;
    assert_eq!(late.code, 8, "{}", late.stderr);
    let words =
        format!("timed out: change order {} is being rolled back: waiting timed out after ", order.trim());
    assert!(late.stderr.contains(&words) && late.stderr.contains("still running"), "{}", late.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unfollowable_rollback_is_reported_by_its_own_name() {
    let program = standing_still().await;
    let file = program.file("summary.md");
    let program = program.with("GITHUB_STEP_SUMMARY", file.to_str().expect("text"));
    // The first look is at the one that is taken back.
    for (looks, seen) in [(1, "accepted"), (2, "preparing")] {
        let order = program.must(&["deploy", "--app", "web", "--image", "repo/web:2", "--no-wait"]).await;
        let order = order.trim();
        let fault = Fault::on("DescribeChangeOrder").skip(looks).error("Resouce.no.permission");
        program.control().fault(fault).expect("a fault");
        let ended = program.run(&["order", "rollback", "--yes", order, "--output", "json"]).await;
        program.control().clear_faults();
        assert_eq!(ended.code, 4, "{}", ended.stderr);
        let document: Value = serde_json::from_str(&ended.stdout).expect("one document");
        assert_eq!((&document["Outcome"], &document["ChangeOrderId"]), (&"unknown".into(), &order.into()));
        let by = document["RollbackChangeOrderId"].as_str().expect("an identifier");
        let sentence = format!(
            "unknown: change order {order} is being rolled back: change order {by} was last seen {seen}, and can't be followed \
             any more\n  cause: DescribeChangeOrder: Resouce.no.permission"
        );
        assert!(ended.stderr.contains(&sentence), "{}", ended.stderr);
        assert!(ended.stderr.ends_with(&format!(": sae order watch {by}\n")), "{}", ended.stderr);
        let summary = content(&file);
        assert!(summary.contains("### ❓") && summary.contains(by), "{summary}");
        program.must(&["order", "abort", "--yes", by, "--no-wait"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_service_during_a_rollback_is_reported_for_the_rollback() {
    let program = standing_still().await;
    let order = program.must(&["deploy", "--app", "web", "--image", "repo/web:2", "--no-wait"]).await;
    program.control().fault(Fault::on("DescribeChangeOrder").skip(2).drop_before()).expect("a fault");
    let late = program.run(&["order", "rollback", "--yes", order.trim(), "--wait-timeout", "4"]).await;
    assert_eq!(late.code, 8, "{}", late.stderr);
    assert!(late.stderr.contains(" is unknown: no response since 0:0"), "{}", late.stderr);
    assert!(!late.stderr.contains("still running\n"), "{}", late.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abnormal_rollout_after_the_timeout_is_rolled_back_or_can_be() {
    let pace = Pace::instant().patience(Duration::from_hours(1));
    let program = Program::at(pace).await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    let deploy = ["deploy", "--app", "web", "--image", "repo/web:bad", "--wait-timeout", "1"];
    let late = program.run(&deploy).await;
    assert_eq!(late.code, 8, "{}", late.stderr);
    assert!(late.stderr.contains("run the previous version again: sae order rollback "), "{}", late.stderr);
    program.must(&["order", "rollback", "--yes", "--app", "web"]).await;
    let acted = program.run(&[&deploy[..], &["--on-failure", "abort"]].concat()).await;
    assert_eq!(acted.code, 6, "{}", acted.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_updating_line_fits_the_terminal() {
    for width in [40, 80] {
        let pace = Pace::instant().start(Duration::from_millis(1500));
        let program = Program::at(pace).await.with_application().await;
        let deploy = ["deploy", "--app", "web", "--image", "repo/web:2", "--batches", "2"];
        let (code, seen) = on_terminal(&program, width, &deploy, &[]).await;
        assert_eq!(code, 0, "{seen}");
        let drawn = seen.replace('\r', "\n");
        let drawn: Vec<_> = plain(&drawn).into_iter().filter(|line| line.starts_with(is_spinner)).collect();
        assert!(drawn.iter().any(|line| line.contains("batch 2 of 2, about 0:0")), "{width}: {drawn:#?}");
        for line in &drawn {
            assert!(console::measure_text_width(line.trim_end()) <= width.into(), "{width}: {line:?}");
        }
    }
}

fn is_spinner(c: char) -> bool {
    ('\u{2800}'..='\u{28ff}').contains(&c)
}
