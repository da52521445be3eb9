//! Runs the program and captures its output.

use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

/// The program with an empty environment, except for the access key.
pub fn sae(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sae"));
    command.args(arguments).env_clear();
    command
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "local")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "local-secret");
    command
}

pub async fn run(mut command: Command) -> Ended {
    let output =
        tokio::task::spawn_blocking(move || command.output()).await.expect("it ran").expect("it started");
    Ended::of(&output)
}

/// Waits until a program ends.
pub async fn end_of(child: Child) -> Ended {
    let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
    Ended::of(&output.expect("it ran").expect("it ended"))
}

/// The line protocol of the signer, with pipes on both sides.
pub fn sign_jsonl() -> Child {
    let mut sign = sae(&["sign", "--jsonl"]);
    sign.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it started")
}

pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Ended {
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            stdout: String::from_utf8(output.stdout.clone()).expect("text"),
            stderr: String::from_utf8(output.stderr.clone()).expect("text"),
        }
    }

    /// Everything that a person sees, with a fixed name for the address of the server.
    pub fn seen(&self, endpoint: &str) -> String {
        let text = format!("exit code {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr);
        if endpoint.is_empty() { text } else { text.replace(endpoint, "http://SERVER") }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.stdout, self.stderr))
    }
}
