//! Every wait for the service is reported: what failed, what happens next, and when the program gives up.

use std::time::Duration;

use sae_local::{Fault, Pace};

use crate::program::Program;
use crate::terminal::on_terminal;

const DEPLOY: [&str; 5] = ["deploy", "--app", "web", "--image", "repo/web:2"];

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_answer_is_reported() {
    let program = Program::start().await.with_application().await;
    for (operation, arguments) in [
        ("DescribeRegions", &["call", "DescribeRegions"][..]),
        ("ListApplications", &["app", "list"]),
        ("ListChangeOrders", &["order", "list", "web"]),
    ] {
        let slow = Fault::on(operation).times(1).latency(Duration::from_secs(3));
        program.control().fault(slow).expect("a fault");
        let ended = program.run(arguments).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let words = format!("{operation}: no response for ");
        assert!(
            ended.stderr.contains(&words) && ended.stderr.contains("this attempt times out in 2"),
            "{}",
            ended.stderr
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_before_another_attempt_is_reported() {
    let program = Program::start().await;
    let throttled = Fault::on("DescribeRegions").times(1).throttle(Duration::from_secs(3));
    program.control().fault(throttled).expect("a fault");
    let ended = program.run(&["call", "DescribeRegions"]).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for words in ["Throttling.User", "; tries again in ", ", gives up in "] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    // What takes no time is not told of.
    program.control().fault(Fault::on("DescribeRegions").times(1).status(503)).expect("a fault");
    let ended = program.run(&["call", "DescribeRegions"]).await;
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_for_a_deployment_is_reported_and_its_limits_are_options() {
    let program = Program::start().await.with_application().await;
    program.control().fault(Fault::on("DeployApplication").times(1).drop_before()).expect("a fault");
    let ended = program.run(&[&DEPLOY[..], &["--settle", "3"]].concat()).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for words in [
        "the deployment may have been accepted; searching for it: DeployApplication: ",
        "; sends it again, if it isn't found, in ",
        ", gives up in ",
    ] {
        assert!(ended.stderr.contains(words), "{words}: {}", ended.stderr);
    }
    program.control().fault(Fault::on("DeployApplication").drop_before()).expect("a fault");
    program.control().fault(Fault::on("ListChangeOrders").drop_before()).expect("a fault");
    let ended = program.run(&[&DEPLOY[..], &["--search-timeout", "4"]].concat()).await;
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    assert!(ended.stderr.contains("searching for it: "), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wait_for_another_change_is_reported() {
    let program = Program::at(Pace::brisk()).await.with_application().await;
    program.control().freeze();
    program.must(&["app", "restart", "web", "--no-wait"]).await;
    let ended = program.run(&[&DEPLOY[..], &["--wait-while-busy", "4"]].concat()).await;
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(
        ended.stderr.contains("not deployed yet: DeployApplication: Application.ChangerOrderRunning"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains(", gives up in "), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_service_is_reported_while_an_order_is_followed() {
    let program = Program::at(Pace::watchable()).await.with_application().await;
    let order = program.must(&[&DEPLOY[..], &["--no-wait"]].concat()).await;
    program.control().fault(Fault::on("DescribeChangeOrder").skip(1).status(503)).expect("a fault");
    let ended = program.run(&["order", "watch", order.trim(), "--outage", "8"]).await;
    assert_eq!(ended.code, 4, "{}", ended.stderr);
    let words = format!("no response for change order {}: ", order.trim());
    let lines = ended.stderr.lines().filter(|line| line.contains(&words) && line.contains("gives up in "));
    // In a log there is a line every two seconds.
    assert!(lines.count() >= 3, "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_narrow_terminal_shows_what_happens_next_and_when_it_ends() {
    let program = Program::start().await.with_application().await;
    for width in [80, 40, 100] {
        program.control().fault(Fault::on("DeployApplication").times(1).drop_before()).expect("a fault");
        let image = format!("repo/web:{width}");
        let deploy = ["deploy", "web", "--image", &image, "--settle", "3"];
        let (code, seen) = on_terminal(&program, width, &deploy, &[]).await;
        assert_eq!(code, 0, "{seen}");
        for words in ["the deployment may have been", "sends it again, if it isn't found,"] {
            assert!(seen.contains(words), "{width}: {words}: {seen:?}");
        }
        assert!(width < 80 || seen.contains(", gives up in 300 s"), "{width}: {seen:?}");
        // Nothing of it is left on the screen.
        let (_, after) = seen.rsplit_once("sends it again").expect("it was said");
        assert!(after.contains("\u{1b}[1A") || after.contains("\u{1b}[2K"), "{width}: {after:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_updates_the_line_and_removes_it() {
    let program = Program::start().await.with_application().await;
    let slow = Fault::on("ListApplications").times(1).latency(Duration::from_secs(3));
    program.control().fault(slow).expect("a fault");
    let (code, seen) = on_terminal(&program, 100, &["app", "list"], &[]).await;
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("ListApplications: no response for 2 s"), "{seen:?}");
    assert!(seen.contains("\u{1b}["), "{seen:?}");
    assert!(seen.contains("repo/web:1"), "{seen}");
}
