//! `sae logs` and `sae instance logs`.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};
use std::time::Duration;

use sae_local::Fault;
use sae_tests::{Canned, Step};
use serde_json::Value;

use crate::program::{Program, press_ctrl_c};
use crate::terminal::on_terminal;

async fn instances(program: &Program) -> Vec<String> {
    program.must(&["instance", "list", "web", "-q"]).await.lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_say_which_instance_wrote_them() {
    let program = Program::start().await.with_application().await;
    let ids = instances(&program).await;
    let ends: Vec<&str> = ids.iter().map(|id| id.rsplit('-').next().expect("an end")).collect();
    let all = program.must(&["logs", "--app", "web"]).await;
    for end in &ends {
        assert!(all.lines().any(|line| line.starts_with(&format!("{end} | 2"))), "{end}: {all}");
    }
    let one = program.must(&["logs", "--app", "web", "--instance", ends[0], "--tail", "1"]).await;
    assert_eq!(one.lines().count(), 1, "{one}");
    assert!(one.starts_with(ends[0]) && one.ends_with("ready\n"), "{one}");
    let plain = program.must(&["instance", "logs", &ids[1]]).await;
    assert!(plain.starts_with('2') && plain.lines().count() > 1, "{plain}");
    let document = program.must(&["logs", "--app", "web", "--output", "json"]).await;
    let document: Vec<Value> = serde_json::from_str(&document).expect("a list");
    assert_eq!(document.len(), all.lines().count());
    assert!(ids.iter().any(|id| document[0]["InstanceId"] == id.as_str()), "{document:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn older_lines_are_left_out() {
    let program = Program::start().await.with_application().await;
    let lines =
        async |since: &str| program.must(&["logs", "--app", "web", "--since", since]).await.lines().count();
    let all = program.must(&["logs", "--app", "web"]).await.lines().count();
    assert_eq!((lines("1h").await, lines("2020-01-01T00:00:00Z").await), (all, all));
    assert_eq!((lines("2999-01-01 00:00").await, lines("2999-01-01T00:00:00+02:00").await), (0, 0));
    let wrong = program.run(&["logs", "--app", "web", "--since", "yesterday"]).await;
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_are_followed_across_a_rollout_and_no_line_comes_twice() {
    let program = Program::start().await.with_application().await;
    let before = instances(&program).await;
    let mut child = program
        .command(&["logs", "-f", "--app", "web"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it started");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    let mut next = move || lines.next().expect("it goes on").expect("text");
    let mut seen = vec![next()];
    // Two instances, each with as many lines as the first one has.
    let per_instance = program.must(&["instance", "logs", &before[0]]).await.lines().count();
    while seen.len() < 2 * per_instance {
        seen.push(next());
    }
    program.must(&["deploy", "--app", "web", "--image", "repo/web:2"]).await;
    let after = instances(&program).await;
    let is_of = |line: &str, ids: &[String]| {
        ids.iter().any(|id| line.starts_with(&format!("{} |", id.rsplit('-').next().expect("an end"))))
    };
    assert!(seen.iter().all(|line| is_of(line, &before)), "{seen:?}");
    while seen.iter().filter(|line| is_of(line, &after)).count() < 2 * per_instance {
        seen.push(next());
    }
    child.kill().expect("it ends");
    child.wait().expect("it has ended");
    let different: HashSet<&String> = seen.iter().collect();
    assert_eq!(different.len(), seen.len(), "{seen:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_instances_and_wrong_options_are_reported() {
    let program = Program::start().await.with_application().await;
    for (arguments, code, words) in [
        (&["logs"][..], 2, "--app"),
        (&["logs", "--app", "nobody"], 3, "there is no application \"nobody\""),
        (&["logs", "--app", "web", "--instance", "zzz"], 2, "no instance \"zzz\""),
        (&["instance", "logs", "nothing"], 3, "DescribeInstanceLog"),
        (&["instance", "logs", "x7k2p"], 3, "sae logs APP --instance x7k2p\n"),
        (&["logs", "-f", "--app", "web", "--output", "json"], 2, "--follow prints lines without end"),
        (&["logs", "-f", "-p", "--app", "web"], 2, "cannot be used with"),
    ] {
        let ended = program.run(arguments).await;
        assert_eq!(ended.code, code, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(words), "{arguments:?}: {}", ended.stderr);
    }
    program.must(&["app", "stop", "web"]).await;
    let none = program.run(&["logs", "--app", "web"]).await;
    assert_eq!((none.code, none.stdout.as_str()), (0, ""));
    assert!(none.stderr.contains("the application has no instances"), "{}", none.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_escaped_on_a_terminal_and_unchanged_in_a_file() {
    let answer = r#"{"Data":"a\u001b[2Jb\tc\n","Success":true,"Code":"200"}"#;
    let server = Canned::start(vec![Step::ok(answer), Step::ok(answer)]).await;
    let program = Program::without_server(server.endpoint());
    let logs = ["instance", "logs", "one"];
    assert_eq!(program.must(&logs).await, "a\u{1b}[2Jb\tc\n");
    let (code, seen) = on_terminal(&program, 80, &logs, &[]).await;
    assert_eq!((code, seen.as_str()), (0, "a\\u{1b}[2Jb    c\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_from_before_a_restart_is_shown_where_there_was_one() {
    let program = Program::start().await.with_application().await;
    let never = program.run(&["logs", "web", "--previous"]).await;
    assert_eq!((never.code, never.stdout.as_str()), (0, ""), "{}", never.stderr);
    assert_eq!(never.stderr.matches("was never restarted\n").count(), 2, "{}", never.stderr);
    program.control().fault(Fault::on("DeployApplication").never_ready()).expect("a fault");
    program.run(&["deploy", "--app", "web", "--image", "repo/web:bad"]).await;
    program.control().freeze();
    program.control().advance(Duration::from_mins(1));
    let previous = program.must(&["logs", "web", "--previous"]).await;
    assert!(previous.contains("exited with code 1\n") && !previous.contains("scheduled"), "{previous}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_from_before_a_restart_is_an_option() {
    let answer = r#"{"Data":"bye\n","Success":true,"Code":"200"}"#;
    let server = Canned::start(vec![Step::ok(answer)]).await;
    let program = Program::without_server(server.endpoint());
    assert_eq!(program.must(&["instance", "logs", "one", "--previous"]).await, "bye\n");
    assert!(server.requests()[0].contains("Previous=true"), "{:?}", server.requests());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_is_named_with_or_without_an_option() {
    let program = Program::start().await.with_application().await;
    let named = program.must(&["logs", "web"]).await;
    assert_eq!((named.is_empty(), &program.must(&["logs", "--app", "web"]).await), (false, &named));
    assert_eq!(program.must(&["logs", "web", "--app", "web"]).await, named);
    assert_eq!(program.run(&["logs", "web", "--app", "other"]).await.code, 2);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn following_a_quiet_application_ends_with_its_reader_or_with_ctrl_c() {
    let program = Program::start().await.with_application().await;
    let ends: [fn(&mut Child); 2] = [|child| drop(child.stdout.take()), |child| press_ctrl_c(child)];
    for end in ends {
        let mut command = program.command(&["logs", "-f", "web"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started");
        let mut first = [0];
        child.stdout.as_mut().expect("a pipe").read_exact(&mut first).expect("it writes");
        end(&mut child);
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
        assert_eq!(output.expect("it ran").expect("it ended").status.code(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_service_is_reported_while_logs_are_followed() {
    for (fault, words) in [
        (Fault::on("DescribeApplicationGroups").skip(3).status(503), "DescribeApplicationGroups: HTTP 503"),
        (Fault::on("DescribeInstanceLog").skip(2).drop_before(), "DescribeInstanceLog: the connection to "),
    ] {
        let program = Program::start().await.with_application().await;
        program.control().fault(fault).expect("a fault");
        let ended = program.run(&["logs", "-f", "web", "--outage", "5"]).await;
        assert_ne!(ended.code, 0, "{}", ended.stderr);
        let told = format!("no new lines: {words}");
        let line = ended.stderr.lines().find(|line| line.starts_with(&told));
        let line = line.unwrap_or_else(|| panic!("silence: {}", ended.stderr));
        assert!(line.contains("; keeps trying, gives up in "), "{line}");
        assert!(ended.stderr.contains(&format!("error: {words}")), "{}", ended.stderr);
    }
}
