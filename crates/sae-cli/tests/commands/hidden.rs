//! No character can control the terminal or deceive its reader, whatever its source and the format of the output.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use sae::transport::text::is_hidden;
use saphyr_parser::Parser;

use crate::program::{Ended, Program};

/// Commands that show data of the service, and commands that change something and report it.
const LINES: &[&str] = &[
    "app list",
    "app list -q",
    "app show web",
    "app history web",
    "instance list web",
    "order list web",
    "order show x",
    "ns list",
    "ns show cn-hangzhou:x",
    "region list",
    "logs web",
    "slb show web",
    "doctor",
    "export",
    "call ListApplications",
    "call DescribeApplicationConfig --AppId x",
    "call DescribeRegions --accept xml",
    "call ListAliyunRegion --product edas",
    "app restart web --no-wait",
    "app delete web --yes --no-wait",
];

const FORMS: &[&[&str]] = &[
    &["--output", "json"],
    &["--output", "yaml"],
    &["--output", "table"],
    &["--output", "text"],
    &["--query", "@", "--output", "yaml"],
];

const ONE_FORM: &[&[&str]] = &[&[]];

/// One character of each kind: control, direction, invisible, other line ends, tags.
const HIDDEN: &str =
    "a\u{202e}b\u{2066}c\u{200b}d\u{2028}e\u{e0041}f\u{1b}[31mg\u{85}h\u{7}i\u{feff}j\u{9b}k\rl\u{7f}";

#[tokio::test(flavor = "multi_thread")]
async fn hidden_characters_of_an_answer_are_escaped_in_every_form() {
    let member = |name: &str| format!("{}:{}", json(name), json(HIDDEN));
    let names =
        ["AppName", "AppId", "NamespaceId", "RegionId", "ImageUrl", "ChangeOrderId", "CoType", "Description"];
    let more =
        ["CreateTime", "Status", "InstanceId", "GroupId", "GroupName", "InternetIp", "ErrorMessage", HIDDEN];
    let item = names.iter().chain(&more).map(|name| member(name)).collect::<Vec<_>>().join(",");
    let list = format!("[{{{item}}},{{{item}}}]");
    let lists = ["Applications", "Instances", "ChangeOrderList", "Namespaces", "Events", "Pipelines", "New"];
    let lists = lists.map(|name| format!("{}:{list}", json(name))).join(",");
    let around = format!(
        r#""Code":"200","Success":true,"TotalSize":2,"CurrentPage":1,"PageSize":20,{}"#,
        member("RequestId")
    );
    let refusal = format!("{{{},{},{}}}", member("Code"), member("Message"), member("Recommend"));
    for (status, body) in [
        (
            200,
            format!(r#"{{{around},"Data":{{{lists},{item},"TotalSize":2}},"Regions":{{"Region":{list}}}}}"#),
        ),
        (200, format!(r#"{{{around},"Data":{list}}}"#)),
        (200, format!(r#"{{{around},"Data":{}}}"#, json(HIDDEN))),
        (400, refusal),
        (502, HIDDEN.to_owned()),
    ] {
        let (is_text, is_refusal) = (body.contains("\"Data\":\""), status != 200);
        let endpoint = serve(status, body);
        let program = Program::without_server(&endpoint).with("ALIBABA_CLOUD_EDAS_ENDPOINT", &endpoint);
        for line in LINES.iter().filter(|line| !is_text || line.starts_with("logs")) {
            // Identifiers alone and a manifest have forms of their own, and a refusal has one.
            let has_forms = !line.ends_with("-q") && !line.starts_with("export") && !is_refusal;
            for form in if has_forms { FORMS } else { ONE_FORM } {
                let more = ["--timeout", "5", "--max-attempts", "1"];
                let words: Vec<_> = line.split(' ').chain(form.iter().copied()).chain(more).collect();
                let ended = program.run(&words).await;
                check(&format!("{status} {line} {form:?}"), &ended);
                if form.contains(&"yaml") && ended.code == 0 && !line.starts_with("logs") {
                    let unreadable = Parser::new_from_str(&ended.stdout).find_map(Result::err);
                    assert!(unreadable.is_none(), "{line}: {unreadable:?} {}", ended.stdout);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_characters_of_a_command_line_are_escaped() {
    let program = Program::without_server("http://127.0.0.1:1");
    let option = format!("--{HIDDEN}");
    let file = format!("@{HIDDEN}");
    let pair = format!("{{{}:1}}", json(HIDDEN));
    let lines: &[&[&str]] = &[
        &[HIDDEN],
        &["app", HIDDEN],
        &["app", "list", HIDDEN],
        &["app", "list", &option],
        &["app", "list", "--", &option],
        &["app", "list", "--output", HIDDEN],
        &["app", "list", "--timeout", HIDDEN],
        &["app", "list", "--limit", HIDDEN],
        &["app", "list", "--region", HIDDEN],
        &["app", "list", "--profile", HIDDEN],
        &["app", "list", "--endpoint", HIDDEN],
        &["app", "list", "--query", HIDDEN],
        &["--region", HIDDEN, "--max-attempts", HIDDEN, "app", "list"],
        &["help", HIDDEN],
        &["call", HIDDEN],
        &["call", "--list", "--group", HIDDEN],
        &["call", "ListApplications", "--product", HIDDEN],
        &["call", "ListApplications", &option, "x"],
        &["call", "ListApplications", "--params", &file],
        &["call", "ListApplications", "--params", &pair],
        &["call", "ListApplications", "--AppName", HIDDEN, "--dry-run"],
        &["call", "ListApplications", "--AppName", HIDDEN, "--dry-run", "--output", "text"],
        &["call", "ListApplications", "--AppName", HIDDEN, "--dry-run", "--output", "yaml"],
        &[
            "call",
            "DeployApplication",
            "--AppId",
            HIDDEN,
            "--Envs",
            HIDDEN,
            "--dry-run",
            "--show-secrets",
            "--output",
            "text",
        ],
        &["sign", "explain", "--server", HIDDEN],
        &["sign", "explain", "--server", &file],
        &["completions", HIDDEN],
        &["spec", HIDDEN],
        &["local", "--listen", HIDDEN],
        &["demo", HIDDEN],
        &["doctor", "--profile", HIDDEN],
        &["doctor", "--endpoint", HIDDEN],
        &["configure", "set", "--profile", HIDDEN, "--access-key-id", "a", "--access-key-secret", "b"],
        &["configure", "list"],
        &["configure", "list", "--output", "yaml"],
        &["plan", "-f", HIDDEN],
        &["deploy", HIDDEN, "--image", HIDDEN],
        &["deploy", "web", "--image", "a", "--param", HIDDEN],
        &["app", "scale", "web", HIDDEN],
        &["logs", "web", "--since", HIDDEN],
    ];
    for line in lines {
        check(&format!("{line:?}"), &program.run(line).await);
    }
    // Its folder is named so as well.
    let home = program.file(HIDDEN);
    std::fs::create_dir(&home).expect("a folder");
    let elsewhere = Program::without_server("http://127.0.0.1:1").with("HOME", home.to_str().expect("text"));
    for line in [
        &["configure", "set", "--access-key-id", "a", "--access-key-secret", "b"][..],
        &["configure", "list"],
        &["doctor"],
    ] {
        check(&format!("{line:?}"), &elsewhere.run(line).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hidden_characters_of_a_manifest_are_escaped() {
    let program = Program::without_server("http://127.0.0.1:1");
    let text = json(HIDDEN);
    let raw: String = HIDDEN.chars().filter(|c| *c != '\r').collect();
    for (name, content) in [
        (
            "a.json",
            format!(
                r#"{{"application":[{{"name":{text},{text}:1,"namespace":{text},"cpu":{text}}}],{text}:1}}"#
            ),
        ),
        ("a.json", format!("{{{raw}")),
        ("a.yaml", format!("application:\n- name: {text}\n  {text}: 1\n  env: {{{text}: {{{text}: 1}}}}\n")),
        ("a.yaml", format!("application:\n- name: &{raw} x\n  cpu: *{raw}\n")),
        ("a.yaml", format!("a: [{raw}\n")),
        ("a.toml", format!("[[application]]\nname = {raw}\n")),
        (
            "a.toml",
            "[[application]]\nname = \"\\u202e\\u200b\"\n\"\\u202e\" = 1\nnamespace = \"\\u001b\"\n"
                .to_owned(),
        ),
    ] {
        for name in [name.to_owned(), format!("{HIDDEN}{name}")] {
            let file = program.file(&name);
            std::fs::write(&file, &content).expect("a file");
            let ended = program.run(&["plan", "-f", file.to_str().expect("text")]).await;
            assert_eq!(ended.code, 2, "{name} {content:?}: {}", ended.stderr);
            check(&content, &ended);
        }
    }
}

#[track_caller]
fn check(what: &str, ended: &Ended) {
    let seen = format!("{}{}", ended.stdout, ended.stderr);
    let found: Vec<_> =
        seen.lines().filter(|line| line.contains(|c: char| c != '\t' && is_hidden(c))).collect();
    assert!(found.is_empty(), "{what}: {found:?}");
}

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

/// Answers every request with this. Returns its address.
fn serve(status: u16, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("it has one");
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever has gone wants no answer.
            let _ = answer(&stream, status, &body);
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: &TcpStream, status: u16, body: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let (mut length, mut line) = (0, String::new());
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
        line.clear();
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    let size = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {size}\r\nconnection: close\r\n\r\n{body}"
    )
}
