//! Manifests as people and scripts use them: planned, applied, watched, exported.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

mod document;
mod drift;
mod endings;
mod export;
mod findings;
mod lifecycle;
#[path = "../commands/program.rs"]
#[allow(dead_code, reason = "shared with the tests of other commands")]
mod program;
mod secrets;

use std::io::Write as _;
use std::process::Stdio;

use program::Program;

const MANIFEST: &str = r#"
[[namespace]]
id = "cn-hangzhou:shop"
name = "Shop"

[[application]]
name = "web"
namespace = "cn-hangzhou:shop"
description = "What people see"
image = "repo/web:1"
replicas = 2
cpu = 1000
memory = 2048
command = "hush-command"
args = ["--password", "hush-args"]
timezone = "Asia/Shanghai"
host_aliases = [{ host_name = "db", ip = "10.0.0.1" }]
update_strategy = { type = "BatchUpdate", batch_update = { batch = 2, release_type = "auto" } }
termination_grace_period_seconds = 30
nas_configs = [{ nas_id = "n", mount_domain = "n.nas.aliyuncs.com", nas_path = "/", mount_path = "/n", read_only = false }]
labels = { team = "shop" }
tomcat = { port = 8080, context_path = "/", max_threads = 400 }

[application.env]
GREETING = { value = "hush-env", secret = true }
MODE = "live"
EMPTY = ""
PORT = 8080

[application.readiness]
http = { path = "/health", port = 8080 }
initial_delay_seconds = 5
period_seconds = 10

[application.liveness]
command = ["sh", "-c", "hush-probe"]

[application.pre_stop]
command = ["sh", "-c", "sleep 5"]

[[application.sidecar_containers_config]]
name = "proxy"
image = "repo/proxy:1"
cpu = 500
memory = 1024
env = { TOKEN = "hush-sidecar" }

[[application.slb.internet]]
port = 80
target = 8080
"#;

/// A namespace, for manifests that a test writes.
const SHOP: &str = "[[namespace]]\nid = \"cn-hangzhou:shop\"\n";

/// The manifest with some texts replaced.
fn changed(parts: &[(&str, &str)]) -> String {
    let mut text = MANIFEST.to_owned();
    for (from, to) in parts {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

impl Program {
    fn manifest(&self, text: &str) -> String {
        let file = self.file("app.toml");
        std::fs::write(&file, text).expect("it is written");
        file.to_str().expect("text").to_owned()
    }

    /// A local SAE where the manifest has been applied.
    async fn with_manifest(self) -> Self {
        self.apply(MANIFEST).await;
        self
    }

    async fn apply(&self, text: &str) {
        self.must(&["apply", "-f", &self.manifest(text), "--yes"]).await;
    }

    /// The operations that a text needs.
    async fn operations(&self, text: &str) -> Vec<String> {
        let file = self.manifest(text);
        let query = ["--output", "text", "--query", "changes[].operations[]"];
        let operations = self.must(&[&["plan", "-f", &file], &query[..]].concat()).await;
        operations.lines().map(str::to_owned).collect()
    }

    /// The plan for a text.
    async fn plan(&self, text: &str) -> String {
        self.must(&["plan", "-f", &self.manifest(text)]).await
    }

    /// The plan for a text that is refused.
    async fn refused_plan(&self, text: &str) -> String {
        let plan = self.run(&["plan", "-f", &self.manifest(text)]).await;
        assert_eq!(plan.code, 2, "{}", plan.stderr);
        plan.stdout
    }

    async fn with_input(&self, arguments: &[&str], input: &str) -> program::Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it started");
        child.stdin.take().expect("a stream").write_all(input.as_bytes()).expect("it reads");
        program::end_of(child).await
    }
}
