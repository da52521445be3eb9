//! `sae apply` when something goes wrong: what it reports, and what has changed.

use std::time::Duration;

use sae_local::{Fault, Pace};

use crate::program::{Program, golden};
use crate::{MANIFEST, SHOP, changed};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_failure_ends_it_and_finished_changes_are_not_repeated() {
    let program = Program::start().await;
    let application = |name: &str, image: &str| {
        format!("[[application]]\nname = \"{name}\"\nnamespace = \"cn-hangzhou:shop\"\n{image}\n")
    };
    let applications =
        ["one", "two", "three"].map(|name| application(name, &format!("image = \"repo/{name}:1\"")));
    let refusal =
        Fault::on("CreateApplication").skip(1).times(2).error("InvalidInstanceSpecification.Unsupported");
    program.control().fault(refusal).expect("a fault");
    program.manifest(&format!("{SHOP}{}", applications.concat()));
    let file = program.file("app.toml");
    let apply = format!("apply -f {} --yes", file.to_str().expect("text"));
    let failed = program
        .session(&[&apply, "app list --output json --query [].AppName", &format!("{apply} --output json")])
        .await;
    golden!(failed + &program.session(&[&apply]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_that_fails_ends_with_its_exit_code() {
    let program = Program::start().await.with_manifest().await;
    let server = program.server.as_ref().expect("a server");
    server.control().fault(Fault::on("DeployApplication").image_pull_failure()).expect("a fault");
    let text = changed(&[("repo/web:1", "repo/web:2")])
        + "[[application]]\nname = \"next\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/next:1\"\n";
    let ended = program.run(&["apply", "-f", &program.manifest(&text), "--yes"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (5, ""), "{}", ended.stderr);
    for part in [
        "pull",
        "not finished: change application cn-hangzhou:shop/web: DeployApplication",
        "not done: create application cn-hangzhou:shop/next",
    ] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
    assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
    // What is configured isn't what runs, so that it is rolled out once more.
    server.control().clear_faults();
    let again = changed(&[("repo/web:1", "repo/web:2")]);
    let plan = program.plan(&again).await;
    assert!(plan.contains("\n    ~ rollout: failed -> succeeded\n"), "{plan}");
    program.must(&["apply", "-f", &program.manifest(&again), "--yes"]).await;
    assert_eq!(program.plan(&again).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn fixed_settings_are_refused_before_anything_is_changed() {
    let program = Program::start().await.with_manifest().await;
    let text = changed(&[
        ("image = \"repo/web:1\"", "image = \"repo/web:2\"\npackage_type = \"FatJar\""),
        ("name = \"Shop\"", "name = \"The shop\""),
    ]);
    let plan = program.refused_plan(&text).await;
    assert!(plan.contains("! package_type can't change after an application is created"), "{plan}");
    let refused = program.run(&["apply", "-f", &program.manifest(&text), "--yes"]).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{}", refused.stderr);
    assert!(
        refused.stderr.contains("application cn-hangzhou:shop/web: package_type can't change"),
        "{}",
        refused.stderr
    );
    assert_eq!(program.plan(MANIFEST).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_that_waits_for_a_confirmation_is_not_over() {
    let program = Program::start().await.with_manifest().await;
    let text =
        changed(&[("repo/web:1", "repo/web:2"), ("release_type = \"auto\"", "release_type = \"manual\"")]);
    let apply = async || program.run(&["apply", "-f", &program.manifest(&text), "--yes"]).await;
    let first = apply().await;
    assert_eq!((first.code, first.stdout.as_str()), (7, ""), "{}", first.stderr);
    for part in [
        "  not finished: change application cn-hangzhou:shop/web: DeployApplication\n",
        "  what to do: apply the manifest again to continue; finished changes aren't repeated\n",
    ] {
        assert!(first.stderr.contains(part), "{}", first.stderr);
    }
    let plan = program.plan(&text).await;
    assert!(plan.contains("    ~ rollout: waits for a confirmation -> succeeded\n"), "{plan}");
    assert_eq!(program.run(&["drift", "-f", &program.manifest(&text)]).await.code, 2);
    assert_eq!(apply().await.code, 7);
    let order = program.must(&["app", "history", "web", "-q", "--limit", "1"]).await;
    program.must(&["order", "confirm", order.trim(), "--wait-timeout", "60"]).await;
    assert_eq!(program.plan(&text).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_that_takes_too_long_is_waited_for_again() {
    let program = Program::at(Pace::watchable()).await;
    program.control().freeze();
    let text = format!(
        "{SHOP}[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/web:1\"\nreplicas = 3\n"
    );
    let file = program.manifest(&text);
    let apply = ["apply", "-f", &file, "--yes", "--wait-timeout", "0.05"];
    let first = program.run(&apply).await;
    assert_eq!(
        (first.code, first.stdout.as_str()),
        (8, "created namespace cn-hangzhou:shop\n"),
        "{}",
        first.stderr
    );
    assert!(
        first.stderr.contains("  not finished: create application cn-hangzhou:shop/web: CreateApplication\n"),
        "{}",
        first.stderr
    );
    assert_eq!(program.operations(&text).await, ["DescribeChangeOrder"]);
    let plan = program.plan(&text).await;
    assert!(plan.contains("    ~ rollout: preparing -> succeeded\n"), "{plan}");
    assert_eq!(program.run(&["drift", "-f", &file]).await.code, 2);
    assert_eq!(program.run(&apply).await.code, 8);
    program.control().advance(Duration::from_hours(1));
    program.apply(&text).await;
    assert_eq!(program.plan(&text).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_makes_a_change_unknown() {
    let program = Program::start().await;
    program.control().fault(Fault::on("CreateNamespace").drop_after()).expect("a fault");
    let file = program.manifest(MANIFEST);
    let ended = program.run(&["apply", "-f", &file, "--yes", "--output", "json"]).await;
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    for part in [
        "  unknown: create namespace cn-hangzhou:shop: CreateNamespace\n",
        "  not done: create application cn-hangzhou:shop/web\n",
        "  what to do: apply the manifest again to continue; finished changes aren't repeated\n",
    ] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
    let document: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(
        document,
        serde_json::json!({
            "done": [],
            "not_finished": [],
            "unknown": ["create namespace cn-hangzhou:shop: CreateNamespace"],
            "not_done": ["create application cn-hangzhou:shop/web"],
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_reported_even_if_the_result_cannot_be_printed() {
    let program = Program::start().await;
    program.control().fault(Fault::on("CreateApplication").out_of_quota()).expect("a fault");
    let file = program.manifest(MANIFEST);
    let apply = ["apply", "-f", &file, "--yes"];
    let ended = program.run(&[&apply[..], &["--output", "json", "--query", "abs(done)"]].concat()).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (3, ""), "{}", ended.stderr);
    let told = |stderr: &str, trouble: &str| {
        let refusal = stderr.find("  not done: create application cn-hangzhou:shop/web\n");
        let trouble = stderr.find(trouble);
        assert!(refusal.is_some() && refusal < trouble, "{stderr}");
    };
    told(&ended.stderr, "error: the result can't be queried: ");
    #[cfg(target_os = "linux")]
    {
        let full = std::fs::File::options().write(true).open("/dev/full").expect("a full device");
        let mut command = program.command(&[&apply[..], &["--output", "json"]].concat());
        command.stdout(full).stderr(std::process::Stdio::piped());
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let output = output.expect("it ran").expect("it ended");
        assert_eq!(output.status.code(), Some(3));
        told(&String::from_utf8_lossy(&output.stderr), "error: standard output can't be written: ");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_is_half_done_is_not_finished() {
    let program = Program::start().await;
    program.control().fault(Fault::on("BindSlb").error("InvalidApplication.NotFound")).expect("a fault");
    let ended = program.run(&["apply", "-f", &program.manifest(MANIFEST), "--yes"]).await;
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (3, "created namespace cn-hangzhou:shop\n"),
        "{}",
        ended.stderr
    );
    for part in [
        "  not finished: create application cn-hangzhou:shop/web: BindSlb\n",
        "  what to do: fix the cause, then apply the manifest again; finished changes aren't repeated\n",
    ] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_stops_or_is_deleted_is_noticed() {
    let program = Program::at(Pace::watchable()).await;
    program.control().freeze();
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    program.must(&["app", "create", "web", "-n", "shop", "--image", "repo/web:1", "--no-wait"]).await;
    program.control().advance(Duration::from_hours(1));
    program.must(&["app", "stop", "web", "--no-wait"]).await;
    let web = "[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\n";
    let plan = program.plan(web).await;
    assert!(plan.contains("    ~ state: stopping -> running\n"), "{plan}");
    assert_eq!(program.operations(web).await, ["DescribeChangeOrder", "StartApplication"]);
    program.control().advance(Duration::from_hours(1));
    program.must(&["app", "delete", "web", "--yes", "--no-wait"]).await;
    let plan = program.refused_plan(web).await;
    assert!(
        plan.contains("    ! it is being deleted: apply the manifest again when that is finished\n"),
        "{plan}"
    );
    let pruned = ["apply", "-f", &program.manifest(SHOP), "--prune", "--yes", "--wait-timeout", "0.05"];
    assert_eq!(program.run(&pruned).await.code, 8, "it is waited for, not deleted once more");
    program.control().advance(Duration::from_hours(1));
    assert_eq!(program.must(&pruned).await, "");
}
