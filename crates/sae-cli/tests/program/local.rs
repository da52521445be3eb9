//! `sae local` as a server that runs.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::process::{run, sae};

#[tokio::test]
async fn local_says_where_it_listens_and_serves_its_keys() {
    let mut child = sae(&["local", "--listen", "127.0.0.1:0", "--access-key", "me:my-secret"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it started");
    let mut first = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut first).expect("a line");
    let endpoint = first.trim().strip_prefix("listening ").expect("the address").to_owned();
    let mut command = sae(&["call", "DescribeRegions", "--endpoint", &endpoint]);
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "me").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "my-secret");
    let ended = run(command).await;
    let stranger = run(sae(&["call", "DescribeRegions", "--endpoint", &endpoint])).await;
    child.kill().expect("it still runs");
    child.wait().expect("it ended");
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    assert!(ended.json()["Regions"]["Region"].is_array());
    assert_eq!(stranger.code, 3, "the default key is replaced: {}", stranger.stderr);
}

/// A running `sae local` with all its streams piped, and its endpoint.
fn local(arguments: &[&str]) -> (std::process::Child, BufReader<std::process::ChildStdout>, String) {
    let fixed = ["local", "--listen", "127.0.0.1:0"];
    let mut child = sae(&[&fixed[..], arguments].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it started");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let mut first = String::new();
    out.read_line(&mut first).expect("a line");
    let endpoint = first.trim().strip_prefix("listening ").expect("the address").to_owned();
    (child, out, endpoint)
}

#[tokio::test]
async fn local_starts_with_a_seed_and_logs_requests_without_secrets() {
    let folder = folder();
    let file = folder.join("seed.json");
    std::fs::write(
        &file,
        r#"{"calls":[{"operation":"CreateApplication","params":{"AppName":"seeded","PackageType":"Image",
            "ImageUrl":"a/b:1","Replicas":1}}]}"#,
    )
    .expect("a file");
    let seed = file.display().to_string();
    let (mut child, mut out, endpoint) = local(&["--pace", "instant", "--seed", &seed]);
    let listed = run(sae(&["call", "ListApplications", "--endpoint", &endpoint])).await;
    assert_eq!(listed.json()["Data"]["Applications"][0]["AppName"], "seeded", "{}", listed.stderr);
    let arguments = ["call", "DescribeApplicationStatus", "--AppId", "hush", "--endpoint", &endpoint];
    assert_eq!(run(sae(&arguments)).await.code, 3);
    let mut err = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut log = String::new();
    for _ in 0..2 {
        err.read_line(&mut log).expect("a line");
    }
    child.kill().expect("it still runs");
    err.read_to_string(&mut log).expect("text");
    let mut rest = String::new();
    out.read_to_string(&mut rest).expect("text");
    child.wait().expect("it ended");
    std::fs::remove_dir_all(&folder).expect("the folder is there");
    assert_eq!(rest, "", "standard output has one line");
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines[0].contains("  200  ListApplications ") && lines[0].contains(" local "), "{log}");
    assert!(lines[1].ends_with(" ms  InvalidApplication.NotFound"), "{log}");
    assert!(lines[1].contains("  400  DescribeApplicationStatus "), "{log}");
    assert_eq!(lines.len(), 2, "{log}");
    assert!(!log.contains("hush") && !log.contains("secret") && !log.contains('\u{1b}'), "{log}");

    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(&file, r#"{"calls":[{"operation":"DeleteNamespace","params":{"NamespaceId":"x"}}]}"#)
        .expect("a file");
    let ended = run(sae(&["local", "--listen", "127.0.0.1:0", "--seed", &seed])).await;
    std::fs::remove_dir_all(&folder).expect("the folder is there");
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("call 1: DeleteNamespace: InvalidNamespaceId.NotFound"),
        "{}",
        ended.stderr
    );
}

fn folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("sae-local-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[tokio::test]
async fn a_log_that_nobody_reads_does_not_stop_the_server() {
    let (mut child, _out, endpoint) = local(&[]);
    let address = endpoint.strip_prefix("http://").expect("an address");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("it listens");
    // More than a pipe and the queue hold.
    for _ in 0..8_000 {
        stream.write_all(b"GET /nothing HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("it reads");
        let mut start = [0; 12];
        stream.read_exact(&mut start).await.expect("it answers");
        assert_eq!(&start, b"HTTP/1.1 400");
        let mut rest = [0; 4096];
        assert!(stream.read(&mut rest).await.expect("it answers") > 0);
    }
    child.kill().expect("it still runs");
    child.wait().expect("it ended");
}

#[cfg(unix)]
#[tokio::test]
async fn local_ends_when_it_is_told_to() {
    let (mut child, _out, endpoint) = local(&["--quiet"]);
    let called = run(sae(&["call", "DescribeRegions", "--endpoint", &endpoint])).await;
    assert_eq!(called.code, 0, "{}", called.stderr);
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill ran");
    assert!(told.success());
    let (code, said) = tokio::task::spawn_blocking(move || {
        let code = child.wait().expect("it ended").code();
        let mut said = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut said).expect("text");
        (code, said)
    })
    .await
    .expect("it ran");
    assert_eq!((code, said.as_str()), (Some(0), ""));
}
