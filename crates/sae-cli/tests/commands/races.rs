//! Jobs that run at the same time with the same token: several processes, one change order.

use std::time::Duration;

use sae_local::{Fault, Pace};

use crate::program::{Ended, Program};

/// Number of runs of each race.
fn rounds(default: usize) -> usize {
    std::env::var("SAE_RACE_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Runs these commands at the same time.
fn at_once(program: &Program, commands: &[Vec<&str>]) -> Vec<Ended> {
    tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let start = |arguments: &Vec<&str>| {
                let mut command = program.command(arguments);
                scope.spawn(move || Ended::of(&command.output().expect("it started")))
            };
            let started: Vec<_> = commands.iter().map(start).collect();
            started.into_iter().map(|thread| thread.join().expect("it ran")).collect()
        })
    })
}

/// Identifiers of the change orders that have a token, newest first.
async fn with_token(program: &Program, token: &str) -> Vec<String> {
    let query = format!("[?contains(Description, '[sae:{token}]')].ChangeOrderId");
    let list = ["order", "list", "web", "--limit", "20", "--output", "json", "--query", &query];
    serde_json::from_str(&program.must(&list).await).expect("a list")
}

fn deploy<'a>(token: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    deploy_of("web", token, more)
}

fn deploy_of<'a>(app: &'a str, token: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["deploy", "--app", app, "--image", "repo/web:2", "--resume", token], more].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_jobs_at_once_follow_one_change_order() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    for round in 0..rounds(4) {
        let token = format!("round-{round}");
        // The second one would not wait for a change of others.
        let waits: &[&str] = if round % 2 == 0 { &["--wait-while-busy", "20"] } else { &[] };
        let ended = at_once(&program, &[deploy(&token, &["--wait-while-busy", "20"]), deploy(&token, waits)]);
        let orders = with_token(&program, &token).await;
        assert_eq!(orders.len(), 1, "round {round}: {ended:?}");
        for ended in ended {
            assert_eq!((ended.code, ended.stdout.trim()), (0, orders[0].as_str()), "{}", ended.stderr);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_only_submit_are_one_change_order() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    let id = program.must(&["app", "list", "-q"]).await;
    // Jobs that call it differently don't take turns: nothing but the service stands between them.
    let names = ["web", id.trim(), "shop/web", "cn-hangzhou:shop/web"];
    for (callers, rounds) in [(2, rounds(15)), (8, rounds(5))] {
        for round in 0..rounds {
            let token = format!("{callers}-{round}");
            let wait = ["--no-wait", "--wait-while-busy", "20"];
            let jobs: Vec<_> =
                names.iter().cycle().take(callers).map(|name| deploy_of(name, &token, &wait)).collect();
            let ended = at_once(&program, &jobs);
            let orders = with_token(&program, &token).await;
            assert_eq!(orders.len(), 1, "round {round} of {callers}: {ended:?}");
            assert!(ended.iter().all(|it| it.code == 0 && it.stdout.trim() == orders[0]), "{ended:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_roll_back_or_abort_the_same_failure_end_alike() {
    let pace = || Pace::brisk().patience(Duration::from_hours(1));
    let failing = ["--patience", "0.1", "--wait-while-busy", "20", "--on-failure"];
    for what in ["rollback", "abort"] {
        let program = Program::at(pace()).await.with_application().await;
        program.control().fault(Fault::on("DeployApplication").times(1).never_ready()).expect("a fault");
        let job = deploy("build-1", &[&failing[..], &[what]].concat());
        let ended = at_once(&program, &vec![job; 3]);
        let order = ended[0].stdout.trim();
        for ended in &ended {
            assert_eq!((ended.code, ended.stdout.trim()), (6, order), "{what}: {}", ended.stderr);
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn jobs_on_one_machine_take_turns_where_a_rollout_is_over_at_once() {
    let program = Program::start().await.with_application().await;
    for round in 0..rounds(10) {
        let token = format!("round-{round}");
        let ended = at_once(&program, &vec![deploy(&token, &["--no-wait"]); 4]);
        let orders = with_token(&program, &token).await;
        assert_eq!(orders.len(), 1, "round {round}: {ended:?}");
        assert!(ended.iter().all(|it| it.code == 0 && it.stdout.trim() == orders[0]), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_between_look_and_sending_makes_no_second_change_order() {
    let program = Program::at(Pace::watchable()).await.with_application().await;
    let faults: [fn(Fault) -> Fault; 4] = [
        |fault| fault.drop_before(),
        |fault| fault.drop_after(),
        |fault| fault.status(503),
        |fault| fault.latency(Duration::from_millis(300)),
    ];
    for (round, fault) in faults.into_iter().enumerate() {
        program.control().fault(fault(Fault::on("DeployApplication").times(1))).expect("a fault");
        let token = format!("round-{round}");
        let wait = ["--no-wait", "--settle", "1", "--wait-while-busy", "60"];
        let ended = at_once(&program, &vec![deploy(&token, &wait); 2]);
        let orders = with_token(&program, &token).await;
        assert_eq!(orders.len(), 1, "round {round}: {ended:?}");
        assert!(ended.iter().all(|it| it.code == 0 && it.stdout.trim() == orders[0]), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_that_create_the_application_at_once_follow_one_creation() {
    let program = Program::at(Pace::brisk()).await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let create = deploy("build-1", &["--create", "-n", "shop", "--wait-while-busy", "20"]);
    let ended = at_once(&program, &vec![create; 4]);
    let order = ended[0].stdout.trim();
    assert!(ended.iter().all(|it| it.code == 0 && it.stdout.trim() == order), "{ended:?}");
    let types =
        program.must(&["app", "history", "web", "--query", "[].CoTypeCode", "--output", "text"]).await;
    assert_eq!(types.trim(), "CoCreateApp");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_comes_with_advice_and_is_submitted_anew_on_request() {
    let program = Program::at(Pace::instant().patience(Duration::ZERO)).await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").times(1).image_pull_failure()).expect("a fault");
    let failed = program.run(&deploy("build-1", &[])).await;
    let order = failed.stdout.trim();
    for (arguments, way) in [
        (deploy("build-1", &[]), "the same command with --retry-failed\n"),
        (vec!["deploy", "--app", "web", "--resume", "build-1"], "the whole command with --retry-failed\n"),
    ] {
        let again = program.run(&arguments).await;
        assert_eq!((again.code, again.stdout.trim()), (5, order), "{}", again.stderr);
        assert!(again.stderr.contains(&format!("change order {order} failed")), "{}", again.stderr);
        assert!(again.stderr.contains(way), "{}", again.stderr);
    }
    let retried = program.must(&deploy("build-1", &["--retry-failed"])).await;
    assert_ne!(retried.trim(), order);
    // The latest counts.
    for more in [&[][..], &["--retry-failed"]] {
        assert_eq!(program.must(&deploy("build-1", more)).await, retried);
    }
    assert_eq!(with_token(&program, "build-1").await, [retried.trim(), order]);
    for arguments in [
        &["deploy", "--app", "web", "--resume", "build-1", "--retry-failed"][..],
        &["deploy", "--app", "web", "--image", "i", "--retry-failed"],
    ] {
        assert_eq!(program.run(arguments).await.code, 2, "{arguments:?}");
    }
}
