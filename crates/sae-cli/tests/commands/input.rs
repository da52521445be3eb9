//! Input that can't be valid: bytes that aren't UTF-8, endless files and expressions.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::process::{Command, Stdio};

use crate::program::{Ended, Program, ended};

const BYTES: &[u8] = b"re\xffpo";

fn bytes(before: &str) -> OsString {
    OsStr::from_bytes(&[before.as_bytes(), BYTES].concat()).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_argument_that_is_not_utf_8_is_refused_by_every_command() {
    let program = Program::start().await.with_application().await;
    program.control().forget_requests();
    for (line, last, name, code) in [
        ("deploy web --image", bytes(""), "argument 4, after --image, isn't UTF-8", 2),
        ("deploy web", bytes("--image="), "argument 3, --image=…, isn't UTF-8", 2),
        ("app create shop --image x -e", bytes("PASSWORD="), "argument 7, after -e, isn't UTF-8", 2),
        ("app show", bytes(""), "argument 3 isn't UTF-8", 2),
        ("app list", bytes("--"), "argument 3 isn't UTF-8", 2),
        (
            "call DeployApplication --AppId x --Command",
            bytes(""),
            "argument 6, after --Command, isn't UTF-8",
            2,
        ),
        ("apply -f", bytes(""), "argument 3, after -f, isn't UTF-8", 2),
        // There, 2 says that something differs.
        ("drift -f", bytes(""), "argument 3, after -f, isn't UTF-8", 1),
        ("man", bytes(""), "argument 2 isn't UTF-8", 2),
        ("local --data", bytes(""), "argument 3, after --data, isn't UTF-8", 2),
        ("", bytes(""), "argument 2 isn't UTF-8", 2),
    ] {
        let mut command = program.command(&line.split(' ').collect::<Vec<_>>());
        command.arg(last);
        let ended = ended(command).await;
        assert_eq!((ended.code, ended.stderr), (code, format!("error: {name}\n")), "{line}");
    }
    assert_eq!(program.control().requests().len(), 0, "nothing is sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_is_not_utf_8_is_refused_and_named() {
    let program = Program::start().await.with_application().await;
    for name in [
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
        "ALIBABA_CLOUD_REGION_ID",
        "ALIBABA_CLOUD_SAE_ENDPOINT",
        "ALIBABA_CLOUD_PROFILE",
        "HTTP_PROXY",
        "https_proxy",
        "NO_PROXY",
        "HOME",
    ] {
        for line in ["app list", "doctor", "deploy web --image repo/web:2", "configure list"] {
            let mut command = program.command(&line.split(' ').collect::<Vec<_>>());
            command.env(name, bytes(""));
            let ended = ended(command).await;
            let told = format!("error: the environment variable {name} isn't UTF-8\n");
            assert_eq!((ended.code, ended.stderr), (2, told), "{line}");
        }
    }
    // What isn't read may be anything.
    let mut command = program.command(&["app", "list"]);
    command.env("LS_COLORS", bytes(""));
    assert_eq!(ended(command).await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_files_are_refused_at_once() {
    let program = Program::start().await.with_application().await;
    let pipe = program.file("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs").success());
    let pipe = pipe.to_str().expect("text");
    for (line, variables) in [
        ("app list --timeout 1", &["ALIBABA_CLOUD_CONFIG_FILE", "ALIBABA_CLOUD_CREDENTIALS_FILE"][..]),
        ("app list --timeout 1 --profile x", &["ALIBABA_CLOUD_CONFIG_FILE"]),
        ("configure list", &["ALIBABA_CLOUD_CONFIG_FILE"]),
    ] {
        for (path, kind) in [(pipe, "a pipe"), ("/dev/zero", "a device")] {
            let mut command = program.command(&line.split(' ').collect::<Vec<_>>());
            command.env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID");
            for variable in variables {
                command.env(variable, path);
            }
            let ended = ended(command).await;
            assert!(ended.code != 0 && ended.stderr.contains(kind), "{line} {path}: {}", ended.stderr);
        }
    }
    let token = program.command(&["app", "list", "--timeout", "1"]);
    let ended = ended(with_token(token, pipe)).await;
    assert!(ended.code != 0 && ended.stderr.contains("a pipe"), "{}", ended.stderr);
    for (line, hint) in [
        (format!("call ListApplications --params @{pipe}"), "; - reads standard input"),
        ("call ListApplications --params @/dev/zero".to_owned(), "; - reads standard input"),
        (format!("plan -f {pipe}"), "; - reads standard input"),
        ("apply -f /dev/zero --yes".to_owned(), "; - reads standard input"),
        (format!("sign explain --server @{pipe}"), "; - reads standard input"),
        (format!("configure set --access-key-id a --access-key-secret @{pipe}"), ""),
    ] {
        let ended = program.run(&line.split(' ').collect::<Vec<_>>()).await;
        assert!(ended.code == 2 && ended.stderr.contains("not a regular file"), "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(hint), "{line}: {}", ended.stderr);
    }
    let mut endless = program.command(&["call", "ListApplications", "--params", "-"]);
    endless
        .stdin(std::fs::File::open("/dev/zero").expect("a device"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let output = tokio::task::spawn_blocking(move || endless.output()).await;
    let ended = Ended::of(&output.expect("it ran").expect("it ended"));
    assert!(ended.code == 2 && ended.stderr.contains("standard input is larger than"), "{}", ended.stderr);
}

/// With a role whose token is in this file.
fn with_token(mut command: Command, file: &str) -> Command {
    command.env_remove("ALIBABA_CLOUD_ACCESS_KEY_ID").env("ALIBABA_CLOUD_OIDC_TOKEN_FILE", file);
    command
        .env("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r")
        .env("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:p");
    command
}

#[tokio::test]
async fn an_endless_expression_is_refused_before_anything_is_called() {
    let program = Program::without_server("http://127.0.0.1:1");
    for (text, told) in [
        ("!".repeat(10_000), "more than 200 parts"),
        ("[".repeat(10_000), "more than 200 parts"),
        ("!".repeat(20_000), "at most 16384 are read"),
        ("[".repeat(100_000), "at most 16384 are read"),
    ] {
        let ended = program.run(&["app", "list", "--query", &text]).await;
        assert!(ended.code == 2 && ended.stderr.contains(told), "{} {}", ended.code, ended.stderr);
        assert!(ended.stderr.len() < 400, "the expression isn't repeated: {}", ended.stderr);
    }
}

/// Everything else that is read by a recursive function.
#[tokio::test]
async fn a_too_deeply_nested_document_is_refused() {
    let program = Program::without_server("http://127.0.0.1:1");
    for (name, text) in [
        ("deep.json", "[".repeat(20_000)),
        ("deep.yaml", "[".repeat(20_000)),
        ("deep.yaml", "- ".repeat(20_000)),
        ("deep.yaml", "? ".repeat(20_000)),
        ("deep.toml", format!("a = {}", "[".repeat(20_000))),
        ("deep.toml", format!("{} = 1", vec!["a"; 20_000].join("."))),
    ] {
        let file = program.file(name);
        std::fs::write(&file, &text).expect("a file");
        let file = file.to_str().expect("text");
        let at = format!("@{file}");
        for line in [&["plan", "-f", file][..], &["call", "ListApplications", "--params", &at]] {
            let ended = program.run(line).await;
            assert_eq!(ended.code, 2, "{name} {}: {}", &text[..6], ended.stderr);
        }
    }
}
