//! The program from outside: arguments, streams and exit codes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

mod local;
mod process;
mod proxy;
mod sign;
mod tls;
mod tls_server;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

use sae_local::LocalSae;
use sae_tests::{Canned, Step, leaves};

use crate::process::{end_of, run, sae};

fn example(operation: &str, file: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/documents/sae-2019-05-06");
    std::fs::read_to_string(format!("{folder}/{operation}/{file}")).expect("an example of the document")
}

#[tokio::test]
async fn help_of_every_command() {
    let mut seen = String::new();
    let mut left = vec![vec![], words("call RescaleApplication")];
    while let Some(command) = left.pop() {
        let arguments: Vec<_> = command.iter().map(String::as_str).chain(["--help"]).collect();
        let ended = run(sae(&arguments)).await;
        assert_eq!(ended.code, 0, "{arguments:?}: {}", ended.stderr);
        seen.push_str(&format!("$ sae {}\n{}\n", arguments.join(" "), ended.stdout));
        let examples = ended.stdout.split_once("\nExample").expect("each help has examples").1;
        for line in examples.lines().filter(|line| line.starts_with(' ')) {
            assert!(line.len() <= 76, "a narrow terminal breaks this line of {arguments:?}: {line}");
        }
        assert!(!ended.stdout.contains("see a summary"), "{arguments:?} has another layout");
        let below = subcommands(&ended.stdout);
        left.extend(below.rev().map(|name| [&command[..], &[name.to_owned()]].concat()));
    }
    insta::assert_snapshot!(seen);
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// The names of the commands that a help lists.
fn subcommands(help: &str) -> impl DoubleEndedIterator<Item = &str> {
    let list = help.split_once("\nCommands:\n").or_else(|| help.split_once("\nVerbs:\n"));
    let list = list.map_or("", |(_, list)| list.split_once("\n\n").map_or(list, |(list, _)| list));
    let own = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    own.filter_map(|line| line.split_whitespace().next())
}

#[tokio::test]
async fn help_is_a_command_and_an_option() {
    for about in [&[][..], &["app"], &["order", "watch"], &["call", "RescaleApplication"]] {
        let flag = run(sae(&[about, &["--help"]].concat())).await;
        let word = run(sae(&[&["help"], about].concat())).await;
        assert_eq!((word.code, word.stderr.as_str()), (0, ""), "{about:?}");
        assert_eq!(word.stdout, flag.stdout, "{about:?}");
    }
    assert_eq!(run(sae(&["help", "nonsense"])).await.code, 2);
}

#[tokio::test]
async fn a_call_prints_every_leaf_of_a_documented_answer_with_its_wire_name() {
    for (file, accept) in [("answer.json", "json"), ("answer.xml", "xml")] {
        let server = Canned::start(vec![Step::ok(example("DescribeApplicationConfig", file))]).await;
        let params = r#"{"AppId":"x"}"#;
        let ended = run(sae(&[
            "call",
            "DescribeApplicationConfig",
            "--params",
            params,
            "--endpoint",
            server.endpoint(),
            "--accept",
            accept,
        ]))
        .await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        let printed = leaves(&ended.json());
        let expected = leaves(
            &serde_json::from_str(&example("DescribeApplicationConfig", "answer.json")).expect("JSON"),
        );
        // The document's JSON and XML examples spell one name in this text differently.
        for (path, value) in expected.iter().filter(|(path, _)| *path != "Data.CustomHostAlias") {
            assert_eq!(printed.get(path), Some(value), "{path}");
        }
        assert!(printed["Data.CustomHostAlias"].contains("test.host.name"));
        let request = &server.requests()[0];
        assert!(
            request.starts_with("GET /pop/v1/sam/app/describeApplicationConfig?AppId=x HTTP/1.1\r\n"),
            "{request}"
        );
        assert!(request.contains(&format!("accept: application/{accept}")), "{request}");
    }
}

#[tokio::test]
async fn a_missing_required_parameter_is_never_invented() {
    let server = Canned::start(vec![Step::ok("{}")]).await;
    for (arguments, missing) in [
        (&["RescaleApplication", "--AppId", "x"][..], "Replicas"),
        (&["ConfirmPipelineBatch", "--PipelineId", "x"], "Confirm"),
        (&["ConfirmPipelineBatch", "--params", r#"{"PipelineId":"x","Confirm":null}"#], "Confirm"),
        (&["DeleteIngress"], "IngressId"),
        (&["UpdateWebApplicationScalingConfig", "--ApplicationId", "x"], "body"),
    ] {
        let ended = run(sae(&[&["call"], arguments, &["--endpoint", server.endpoint()]].concat())).await;
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(missing), "{arguments:?}: {}", ended.stderr);
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn operations_are_listed_by_group() {
    let ended = run(sae(&["call", "--list", "--product", "sae", "--group", "slb"])).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.stdout.starts_with("sae slb\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("  BindSlb "), "{}", ended.stdout);
    assert!(!ended.stdout.contains("DeployApplication"), "{}", ended.stdout);
    let all = run(sae(&["call", "--list"])).await;
    for name in ["DeployApplication", "DescribeRegions", "DeployK8sApplication"] {
        assert!(all.stdout.contains(&format!("  {name} ")), "{name} is missing: {}", all.stdout);
    }
    let ended = run(sae(&["call", "--list", "--group", "slb", "--query", "[*].[Product, Name]"])).await;
    assert!(ended.json().as_array().expect("a list").contains(&serde_json::json!(["sae", "BindSlb"])));
    let ended = run(sae(&["call", "--list", "--output", "yaml"])).await;
    assert!(ended.stdout.contains("Name: DeployApplication\n"), "{}", ended.stdout);
    let ended = run(sae(&["call", "--list", "--group", "namespaces"])).await;
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("did you mean namespace"), "{}", ended.stderr);
}

#[tokio::test]
async fn answers_as_table_and_as_text() {
    let server = Canned::start(vec![Step::ok(example("ListApplications", "answer.json"))]).await;
    let mut seen = String::new();
    for output in ["table", "text"] {
        let arguments = ["call", "ListApplications", "--endpoint", server.endpoint(), "--output", output];
        let ended = run(sae(&arguments)).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        seen.push_str(&format!("--output {output}\n{}\n", ended.stdout));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn control_characters_of_an_answer_are_escaped() {
    let answer = r#"{"Code":"200","RequestId":"R\u001b[31m","Data":{"Applications":[
        {"AppName":"\u001b]0;owned\u0007","AppDescription":"应用","RegionId":"a\r\n\tb","AppId":"x"},
        {"AppName":"plain","AppDescription":"ab","RegionId":"\u009b2J\u007f","AppId":"y"}
    ]}}"#;
    let server = Canned::start(vec![Step::ok(answer)]).await;
    let mut seen = String::new();
    for output in ["table", "text", "json"] {
        let arguments = ["call", "ListApplications", "--endpoint", server.endpoint(), "--output", output];
        let ended = run(sae(&arguments)).await;
        assert_eq!(ended.code, 0, "{}", ended.stderr);
        let steers = |c: char| c.is_control() && c != '\n' && !(c == '\t' && output == "text");
        assert!(!ended.stdout.contains(steers), "{output}: {:?}", ended.stdout);
        match output {
            "json" => assert_eq!(ended.json()["Data"]["Applications"][1]["RegionId"], "\u{9b}2J\u{7f}"),
            _ => seen.push_str(&format!("--output {output}\n{}\n", ended.stdout)),
        }
    }
    let refusal = r#"{"Code":"Odd\u001b[1m","Message":"line\r\nnext\u009b2J","RequestId":"R\u0007"}"#;
    let server = Canned::start(vec![Step::status(400, refusal)]).await;
    let ended = run(sae(&["call", "ListApplications", "--endpoint", server.endpoint()])).await;
    assert!(!ended.stderr.contains(|c: char| c.is_control() && c != '\n'), "{:?}", ended.stderr);
    seen.push_str(&ended.seen(server.endpoint()));
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn parameters_come_from_options_files_and_standard_input() {
    let server = Canned::start(vec![Step::ok(example("DeployApplication", "answer.json"))]).await;
    let file = std::env::temp_dir().join(format!("sae-params-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"AppId":"from-file","Envs":[{"name":"A","value":"1"}],"BatchWaitTime":10}"#)
        .expect("a file");
    let params = format!("@{}", file.display());
    let arguments =
        ["call", "DeployApplication", "--params", &params, "--ImageUrl", "repo/app:2", "--endpoint"];
    let ended = run(sae(&[&arguments[..], &[server.endpoint()]].concat())).await;
    std::fs::remove_file(&file).expect("the file is there");
    assert_eq!(ended.code, 0, "{}", ended.stderr);

    let mut child = sae(&["call", "DeployApplication", "--params", "-", "--endpoint", server.endpoint()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it started");
    child.stdin.take().expect("a pipe").write_all(br#"{"AppId":"from-stdin"}"#).expect("it reads");
    assert_eq!(end_of(child).await.code, 0);

    let lines: Vec<_> =
        server.requests().iter().map(|request| request.lines().next().expect("a line").to_owned()).collect();
    assert!(lines[0].contains("AppId=from-file&BatchWaitTime=10"), "{}", lines[0]);
    assert!(
        lines[0].contains("Envs=%5B%7B%22name%22%3A%22A%22%2C%22value%22%3A%221%22%7D%5D"),
        "{}",
        lines[0]
    );
    assert!(lines[0].contains("ImageUrl=repo%2Fapp%3A2"), "{}", lines[0]);
    assert!(lines[1].contains("AppId=from-stdin"), "{}", lines[1]);
}

#[tokio::test]
async fn structures_are_sent_as_they_were_written() {
    let server = Canned::start(vec![Step::ok(example("DeployApplication", "answer.json"))]).await;
    let params = r#"{
        "AppId": "x",
        "Liveness": { "tcpSocket": {"port": 80}, "initialDelaySecond": 3, "unknown": "a \" b\\" },
        "Envs": [],
        "CustomHostAlias": [{"ip": 12345678901234567890, "hostName": null}],
        "CommandArgs": "[\"-c\", 1]",
        "WarStartOptions": {"b": 1.50, "a": [ ]}
    }"#;
    let ended =
        run(sae(&["call", "DeployApplication", "--params", params, "--endpoint", server.endpoint()])).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let arguments = ["--AppId", "x", "--Envs", "[]", "--Liveness", "{\"a\": 1}"];
    let fixed = ["call", "DeployApplication", "--endpoint", server.endpoint()];
    let ended = run(sae(&[&fixed[..], &arguments].concat())).await;
    assert_eq!(ended.code, 0, "{}", ended.stderr);

    let requests = server.requests();
    let sent: Vec<BTreeMap<String, String>> = requests.iter().map(|request| query(request)).collect();
    for (name, value) in [
        ("AppId", "x"),
        ("Liveness", r#"{"tcpSocket":{"port":80},"initialDelaySecond":3,"unknown":"a \" b\\"}"#),
        ("Envs", "[]"),
        ("CustomHostAlias", r#"[{"ip":12345678901234567890,"hostName":null}]"#),
        ("CommandArgs", r#"["-c", 1]"#),
        ("WarStartOptions", r#"{"b":1.50,"a":[]}"#),
    ] {
        assert_eq!(sent[0].get(name).map(String::as_str), Some(value), "{name}");
    }
    for (name, value) in [("Envs", "[]"), ("Liveness", "{\"a\": 1}")] {
        assert_eq!(sent[1].get(name).map(String::as_str), Some(value), "{name}");
    }
}

/// The parameters in a request line, decoded.
fn query(request: &str) -> BTreeMap<String, String> {
    let target = request.split(' ').nth(1).expect("a request line");
    let (_, query) = target.split_once('?').expect("a query string");
    let plain = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            rest = tail;
            let mut byte = *first;
            if byte == b'%' {
                byte = u8::from_str_radix(std::str::from_utf8(&tail[..2]).expect("hex"), 16).expect("hex");
                rest = &tail[2..];
            }
            bytes.push(byte);
        }
        String::from_utf8(bytes).expect("text")
    };
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (plain(name), plain(value))).collect()
}

#[tokio::test]
async fn no_error_shows_a_value_of_the_parameters() {
    let mut seen = String::new();
    for (params, code) in [
        (r#"{"AppId":"x","Envs":{"foo":"hush"}}"#, 1),
        (r#"{"AppId":"x","Envs":"hush"}"#, 1),
        (r#"{"AppId":"x","MinReadyInstances":"hush"}"#, 2),
        (r#"{"AppId":"x","MinReadyInstances":{"foo":"hush"}}"#, 2),
        (r#"{"AppId":"x","MinReadyInstances":["hush"]}"#, 2),
        (r#""hush""#, 2),
        (r#"["hush"]"#, 2),
        ("hush", 2),
        (r#"{"AppId":"hush"#, 2),
        (r#"{"AppId":"x" "hush"}"#, 2),
        ("{\"AppId\":\n\"hush\nhush\"}", 2),
        (r#"{"AppId":"x"} "hush""#, 2),
        (r#"{"AppId":"\uhush"}"#, 2),
    ] {
        let fixed = ["call", "DeployApplication", "--endpoint", "http://127.0.0.1:1", "--max-attempts", "1"];
        let ended = run(sae(&[&fixed[..], &["--params", params]].concat())).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (code, ""), "{params}: {}", ended.stderr);
        assert!(!ended.stderr.contains("hush"), "{params}: {}", ended.stderr);
        if code == 2 {
            seen.push_str(&format!("--params {params}\n{}\n", ended.stderr));
        }
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn bad_command_lines_get_a_clear_error_and_exit_code_2() {
    let mut seen = String::new();
    let endpoint = ["--endpoint", "http://127.0.0.1:1"];
    for arguments in [
        &["call"][..],
        &["call", "DescribeAplicationStatus"],
        &["call", "Nonsense"],
        &["call", "DescribeApplicationStatus"],
        &["call", "DescribeApplicationStatus", "--AppID", "x"],
        &["call", "DescribeApplicationStatus", "--params", "{\"AppId\":"],
        &["call", "DescribeApplicationStatus", "--params", "[1]"],
        &["call", "DescribeApplicationStatus", "--params", "{\"AppID\":\"x\"}"],
        &["call", "DescribeApplicationStatus", "--params", "@/no/such/file"],
        &["call", "RescaleApplication", "--AppId", "x", "--Replicas", "many"],
        &["call", "CreateWebApplication", "--NamespaceId", "x", "--body", "{\"ApplicationName\":"],
        &["call", "CreateWebApplication", "--NamespaceId", "x", "--body", "[1]"],
        &["call", "DescribeApplicationStatus", "--AppId", "x", "--product", "ecs"],
        &["call", "DescribeApplicationStatus", "--AppId", "x", "--timeout", "soon"],
        &["call", "DescribeApplicationStatus", "--AppId", "x", "--endpoint", "ftp://x"],
        &["call", "DescribeApplicationStatus", "--AppId", "x", "--region", "../x"],
        &["call", "DescribeApplicationStatus", "--AppId", "x", "--product", "edas"],
        &["call", "DeployK8sApplication", "--product=sae"],
        &["sign", "explain", "--own", "-", "--server", "-"],
        &["local", "--access-key", "no-colon"],
        &["local", "--access-key", "id:secret:"],
        &["local", "--pace", "slow"],
        &["local", "--seed", "/no/such/file"],
        &["local", "--data"],
        &["nonsense"],
    ] {
        let needs_endpoint =
            arguments[0] == "call" && !arguments.contains(&"--endpoint") && arguments.len() > 1;
        let all = if needs_endpoint { [arguments, &endpoint].concat() } else { arguments.to_vec() };
        let ended = run(sae(&all)).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{arguments:?}: {}", ended.stderr);
        seen.push_str(&format!("$ sae {}\n{}\n", arguments.join(" "), ended.stderr));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn refusals_and_faults_have_their_exit_codes() {
    let refusal = r#"{"Code":"InvalidApplication.NotFound","Message":"The current application does not exist.","RequestId":"R-1","HostId":"h"}"#;
    let broken =
        r#"{"Code":"InternalError","Message":"The request processing has failed.","RequestId":"R-2"}"#;
    let mut seen = String::new();
    for (what, step, arguments, code) in [
        ("refused", Step::status(400, refusal), &["DescribeApplicationStatus"][..], 3),
        ("a write that failed inside the service", Step::status(500, broken), &["StopApplication"], 4),
        ("a write whose connection broke", Step::Hangup, &["StopApplication"], 4),
        ("a read that takes too long", Step::Silence, &["DescribeApplicationStatus", "--timeout", "0.2"], 8),
        ("a write that takes too long", Step::Silence, &["StopApplication", "--timeout", "0.2"], 4),
        ("no document", Step::ok("words"), &["DescribeApplicationStatus"], 1),
    ] {
        let server = Canned::start(vec![step]).await;
        let fixed = ["--AppId", "x", "--max-attempts", "1", "--endpoint", server.endpoint()];
        let ended = run(sae(&[&["call"], arguments, &fixed].concat())).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (code, ""), "{what}: {}", ended.stderr);
        seen.push_str(&format!("{what}: {}\n", ended.seen(server.endpoint())));
    }
    insta::assert_snapshot!(seen);
}

#[tokio::test]
async fn a_refused_connection_is_one_clear_paragraph() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let ended = run(sae(&["call", "DescribeRegions", "--endpoint", &endpoint, "--max-attempts", "1"])).await;
    assert_eq!(ended.code, 1);
    insta::assert_snapshot!(ended.seen(&endpoint));
}

#[tokio::test]
async fn without_credentials_or_region_it_says_what_to_set() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sae"));
    command.args(["call", "DescribeRegions", "--region", "cn-hangzhou"]).env_clear();
    // Nothing of the network is asked for a test.
    command.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    let ended = run(command).await;
    assert_eq!(ended.code, 1);
    assert!(ended.stderr.contains("ALIBABA_CLOUD_ACCESS_KEY_ID"), "{}", ended.stderr);
    assert!(ended.stderr.contains("what to do: Run `sae configure`"), "{}", ended.stderr);
    let ended = run(sae(&["call", "DescribeRegions"])).await;
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("ALIBABA_CLOUD_REGION_ID"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_explained() {
    let server = LocalSae::start().await.expect("a server");
    for scheme in ["roa", "acs3"] {
        let mut command =
            sae(&["call", "DescribeRegions", "--signature", scheme, "--endpoint", &server.endpoint()]);
        command.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "guessed");
        let ended = run(command).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (3, ""));
        assert!(
            ended.stderr.starts_with("error: DescribeRegions: SignatureDoesNotMatch: "),
            "{}",
            ended.stderr
        );
        assert!(ended.stderr.contains("the access key secret is wrong"), "{}", ended.stderr);
        assert!(ended.stderr.contains("request id "), "{}", ended.stderr);
    }
}

#[tokio::test]
async fn a_dry_run_takes_the_environment_and_needs_no_credentials() {
    for (variable, value, endpoint) in [
        ("ALIBABA_CLOUD_REGION_ID", "cn-shenzhen", "https://sae.cn-shenzhen.aliyuncs.com"),
        ("ALIBABA_CLOUD_SAE_ENDPOINT", "http://127.0.0.1:1", "http://127.0.0.1:1"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sae"));
        command.args(["call", "DescribeRegions", "--dry-run"]).env_clear().env(variable, value);
        let ended = run(command).await;
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        assert_eq!(ended.json()["Endpoint"], endpoint);
    }
}

#[tokio::test]
async fn the_demo_runs_to_its_end_and_cleans_up() {
    let ended = run(sae(&["demo"])).await;
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    for part in [
        "change order",
        "ConfirmPipelineBatch",
        "AbortAndRollbackChangeOrder",
        "both read as the same typed value",
        "the access key secret is wrong",
        "no application and no namespace is left",
        "Done in",
    ] {
        assert!(ended.stdout.contains(part), "{part:?} is missing:\n{}", ended.stdout);
    }
    assert!(!ended.stdout.contains('\u{1b}'), "no escape codes where there is no terminal");
}
