//! `sae local --data`: answered writes are kept, however the program ends.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use sae::model::{CreateApplication, CreateNamespace, DescribeNamespace, DescribeRegions, PackageType};
use sae::{Client, Credentials};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

#[tokio::test]
async fn answered_writes_survive_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut told: BTreeSet<String> = BTreeSet::new();
    for round in 0..3 {
        let server = Server::start(Command::new(env!("CARGO_BIN_EXE_sae")), folder.path());
        let client = Arc::new(server.client());
        let (tell, mut answered) = mpsc::unbounded_channel();
        let mut writers = JoinSet::new();
        for writer in 0..8 {
            let (client, tell) = (Arc::clone(&client), tell.clone());
            writers.spawn(async move {
                for at in 0.. {
                    let id = format!("cn-beijing:r{round}w{writer}x{at}");
                    if client.send(CreateNamespace::new("n").namespace_id(&id)).await.is_err() {
                        break;
                    }
                    tell.send(id).expect("somebody listens");
                }
            });
        }
        drop(tell);
        for _ in 0..60 {
            told.insert(answered.recv().await.expect("writes go on"));
        }
        // While others are under way.
        server.kill();
        while let Some(id) = answered.recv().await {
            told.insert(id);
        }
        while writers.join_next().await.is_some() {}

        let server = Server::start(Command::new(env!("CARGO_BIN_EXE_sae")), folder.path());
        let client = server.client();
        for id in &told {
            let found = client.send(DescribeNamespace::new().namespace_id(id)).await;
            assert!(found.is_ok(), "round {round}: {id} was answered and is gone: {found:?}");
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_is_reported_once_and_no_answered_write_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    // No file may grow beyond 4 MiB: to the program that is a disk that is full.
    let mut limited = Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 8192; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_sae")]);
    let server = Server::start(limited, folder.path());
    let client = server.client();
    let mut told = Vec::new();
    let refused = loop {
        let number = told.len();
        let id = format!("cn-beijing:n{number}");
        let namespace = CreateNamespace::new("n").namespace_id(&id);
        let application = CreateApplication::new(format!("app-{number}"), PackageType::Image, 1)
            .namespace_id("cn-beijing")
            .image_url("demo/nginx:1")
            .command("x".repeat(40_000));
        if let Err(error) = client.send(application).await {
            break error;
        }
        if let Err(error) = client.send(namespace).await {
            break error;
        }
        told.push(id);
        assert!(told.len() < 1_000, "the file has a limit");
    };
    assert_eq!(
        (refused.status(), refused.code().map(sae::ErrorCode::as_str)),
        (Some(500), Some("InternalError"))
    );
    let reading = client.send(DescribeRegions::new()).await.expect_err("nothing is answered any more");
    assert_eq!(reading.status(), Some(500));
    let file = folder.path().join("state.redb");
    let said = server.end();
    let expected = format!(
        "error: {} can't be written any more; a restart returns to the last durable state: ",
        file.display()
    );
    assert!(said.starts_with(&expected), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");

    let server = Server::start(Command::new(env!("CARGO_BIN_EXE_sae")), folder.path());
    let client = server.client();
    assert!(told.len() > 3, "{told:?}");
    for id in &told {
        client.send(DescribeNamespace::new().namespace_id(id)).await.expect("it was answered");
    }
}

#[test]
fn a_folder_that_cannot_be_used_ends_the_program_with_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "text").expect("a file");
    let output = command(Command::new(env!("CARGO_BIN_EXE_sae")), &file).output().expect("it ran");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(
        (output.status.code(), said),
        (Some(2), format!("error: {} is not a folder\n", file.display()))
    );
    assert!(output.stdout.is_empty());
}

/// A running `sae local`, killed when it is dropped.
struct Server {
    child: Child,
    endpoint: String,
}

impl Server {
    fn start(program: Command, folder: &Path) -> Self {
        let mut child = command(program, folder).spawn().expect("it starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let endpoint = line.trim_end().strip_prefix("listening ").map(str::to_owned);
        let Some(endpoint) = endpoint else {
            panic!("it didn't start: {line:?} {}", Self { child, endpoint: String::new() }.end())
        };
        Self { child, endpoint }
    }

    fn client(&self) -> Client {
        let client = Client::builder()
            .credentials(Credentials::new("local", "local-secret"))
            .endpoint(&self.endpoint)
            .max_attempts(1);
        client.build().expect("a client")
    }

    /// Kills it, as `kill -9` does.
    fn kill(mut self) {
        self.child.kill().expect("it runs");
    }

    /// Kills it, and gives what it said on standard error.
    fn end(mut self) -> String {
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("it is piped");
        self.child.kill().expect("it can be killed");
        stderr.read_to_string(&mut said).expect("text");
        said
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(mut program: Command, folder: &Path) -> Command {
    program.args(["local", "--quiet", "--listen", "127.0.0.1:0", "--data"]).arg(folder);
    program.env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    program
}
