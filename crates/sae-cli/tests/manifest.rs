//! Manifests as people and scripts use them: planned, applied, watched, exported.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test ends where something is not as it must be"
)]

#[path = "everyday/program.rs"]
#[allow(dead_code, reason = "shared with the tests of other commands")]
mod program;

use std::io::Write as _;
use std::process::Stdio;

use program::{Program, golden};
use sae_local::Fault;

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
GREETING = "hush-env"
EMPTY = ""
PORT = 8080
PASSWORD = { secret = 101, key = "password" }
LEVEL = { config_map = 16, key = "level" }

[application.readiness]
http = { path = "/health", port = 8080 }
initial_delay_seconds = 5
period_seconds = 10

[application.liveness]
command = ["sh", "-c", "hush-probe"]

[application.pre_stop]
command = ["sh", "-c", "sleep 5"]

[[application.config_map_mount_desc]]
config_map_id = 16
key = "level"
mount_path = "/etc/level"

[[application.secret_mount_desc]]
secret_id = 10
key = "key"
mount_path = "/etc/key"

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

/// The manifest with parts of it written otherwise.
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
        self.must(&["apply", "-f", &self.manifest(MANIFEST), "--yes"]).await;
        self
    }

    /// The plan for a text.
    async fn plan(&self, text: &str) -> String {
        self.must(&["plan", "-f", &self.manifest(text)]).await
    }

    async fn with_input(&self, arguments: &[&str], input: &str) -> program::Ended {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it started");
        child.stdin.take().expect("a stream").write_all(input.as_bytes()).expect("it reads");
        let output = tokio::task::spawn_blocking(move || child.wait_with_output()).await;
        program::Ended::of(&output.expect("it ran").expect("it ended"))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_is_planned_applied_and_then_nothing_differs() {
    let program = Program::start().await;
    program.manifest(MANIFEST);
    let file = program.file("app.toml");
    let file = file.to_str().expect("text");
    let (plan, apply, drift) =
        (format!("plan -f {file}"), format!("apply -f {file}"), format!("drift -f {file}"));
    let yes = format!("{apply} --yes");
    golden!(program.session(&[&plan, &drift, &apply, "ns list -q", &yes, &plan, &drift, &yes]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_change_is_shown_and_made_by_the_call_that_does_the_least() {
    let program = Program::start().await.with_manifest().await;
    let changes: &[(&str, &str)] = &[
        ("replicas = 2", "replicas = 3"),
        ("cpu = 1000\nmemory = 2048", "cpu = 2000\nmemory = 4096"),
        ("replicas = 2\ncpu = 1000", "replicas = 1\ncpu = 500"),
        ("name = \"Shop\"", "name = \"The shop\""),
        ("repo/web:1", "repo/web:2"),
        ("\"hush-env\"", "\"hush-other\""),
        ("PORT = 8080\n", ""),
        ("EMPTY = \"\"\n", ""),
        ("secret = 101", "secret = 102"),
        ("initial_delay_seconds = 5\n", ""),
        ("port = 8080 }\ninitial", "port = 8081 }\ninitial"),
        ("hush-probe", "hush-check"),
        ("hush-args", "hush-arguments"),
        ("hush-sidecar", "hush-box"),
        ("10.0.0.1", "10.0.0.2"),
        ("host_aliases = [{", "host_aliases = [{ host_name = \"mq\", ip = \"10.0.0.9\" }, {"),
        ("team = \"shop\"", "team = \"web\", tier = \"front\""),
        ("read_only = false", "read_only = true"),
        ("termination_grace_period_seconds = 30", "termination_grace_period_seconds = 40"),
        ("max_threads = 400", "max_threads = 500"),
        ("port = 80\ntarget", "port = 81\ntarget"),
        ("[[application.slb.internet]]\nport = 80\ntarget = 8080\n", "[application.slb]\ninternet = []\n"),
    ];
    let mut seen = String::new();
    for change in changes {
        let text = changed(&[*change]);
        seen.push_str(&program.plan(&text).await);
        let file = program.manifest(&text);
        let arguments = ["plan", "-f", &file, "--output", "json", "--query", "changes[].operations[]"];
        let operations = program.must(&arguments).await;
        let operations: Vec<_> =
            operations.split(['[', ']', '\n', ' ', ',', '"']).filter(|word| !word.is_empty()).collect();
        seen.push_str(&format!("=> {}\n\n", operations.join(", ")));
        program.must(&["apply", "-f", &file, "--yes"]).await;
        assert_eq!(program.plan(&text).await, "no differences\n", "{change:?}");
        program.must(&["apply", "-f", &program.manifest(MANIFEST), "--yes"]).await;
    }
    assert!(!seen.contains("hush"), "{seen}");
    golden!(seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_manifest_does_not_say_stays_as_it_is() {
    let program = Program::start().await.with_manifest().await;
    let little = "[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\n";
    assert_eq!(program.plan(little).await, "no differences\n");
    program
        .must(&["apply", "-f", &program.manifest(&format!("{little}image = \"repo/web:2\"\n")), "--yes"])
        .await;
    assert_eq!(program.plan(&changed(&[("repo/web:1", "repo/web:2")])).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_description_has_a_call_of_its_own() {
    let program = Program::start().await.with_manifest().await;
    let file = program.manifest(&changed(&[("What people see", "The shop")]));
    let plan =
        program.must(&["plan", "-f", &file, "--output", "text", "--query", "changes[].operations[]"]).await;
    assert_eq!(plan, "UpdateApplicationDescription\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_to_roll_out_is_no_difference() {
    let program = Program::start().await.with_manifest().await;
    assert_eq!(program.plan(&changed(&[("batch = 2", "batch = 1")])).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn drift_tells_by_its_exit_code_alone() {
    let program = Program::start().await.with_manifest().await;
    let drift = async |text: &str| program.run(&["drift", "-f", &program.manifest(text)]).await;
    assert_eq!(drift(MANIFEST).await.code, 0);
    program.must(&["app", "scale", "web", "4"]).await;
    let drifted = drift(MANIFEST).await;
    assert_eq!(drifted.code, 2);
    assert!(drifted.stdout.contains("~ replicas: 4 -> 2"), "{}", drifted.stdout);
    let broken = drift("[[aplication]]\n").await;
    assert_eq!((broken.code, broken.stdout.as_str()), (1, ""));
    assert!(broken.stderr.contains("did you mean application?"), "{}", broken.stderr);
    assert_eq!(program.run(&["drift", "-f", "/nowhere/app.toml"]).await.code, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_a_manifest_without_differences() {
    let program = Program::start().await.with_manifest().await;
    program.must(&["app", "create", "plain", "-n", "shop", "--image", "repo/plain:1"]).await;
    for form in ["toml", "yaml", "json"] {
        for options in [&["--output", form][..], &["--output", form, "--with-secrets"]] {
            let exported = program.must(&[&["export"], options].concat()).await;
            assert_eq!(exported.contains("hush"), options.len() == 3, "{exported}");
            let planned = program.with_input(&["plan", "-f", "-"], &exported).await;
            assert_eq!((planned.code, planned.stdout.as_str()), (0, "no differences\n"), "{exported}");
        }
    }
    golden!(program.session(&["export", "export --app plain --output yaml", "export --app nobody"]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_with_secrets_builds_the_same_elsewhere() {
    let here = Program::start().await.with_manifest().await;
    let exported = here.must(&["export", "--with-secrets"]).await;
    let there = Program::start().await;
    there.must(&["apply", "-f", &there.manifest(&exported), "--yes"]).await;
    assert_eq!(there.plan(MANIFEST).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_not_told_is_kept() {
    let program = Program::start().await.with_manifest().await;
    let exported = program.must(&["export"]).await;
    let text = exported.replace("repo/web:1", "repo/web:2");
    let plan = program.plan(&text).await;
    assert_eq!(
        plan.lines().filter(|line| line.starts_with("    ")).collect::<Vec<_>>(),
        ["    ~ image: repo/web:1 -> repo/web:2"]
    );
    program.must(&["apply", "-f", &program.manifest(&text), "--yes"]).await;
    assert_eq!(program.plan(&changed(&[("repo/web:1", "repo/web:2")])).await, "no differences\n");
    // Where nothing runs, there is nothing to keep.
    let elsewhere = Program::start().await;
    let refused = elsewhere.run(&["apply", "-f", &elsewhere.manifest(&text), "--yes"]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("application.command is to stay unchanged"), "{}", refused.stderr);
    assert_eq!(elsewhere.must(&["app", "list", "-q"]).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_failure_ends_it_and_what_is_done_is_not_done_twice() {
    let program = Program::start().await;
    let application = |name: &str, image: &str| {
        format!("[[application]]\nname = \"{name}\"\nnamespace = \"cn-hangzhou:shop\"\n{image}\n")
    };
    let text = |second: &str| {
        let first = application("one", "image = \"repo/one:1\"");
        let third = application("three", "image = \"repo/three:1\"");
        format!("[[namespace]]\nid = \"cn-hangzhou:shop\"\n{first}{}{third}", application("two", second))
    };
    program.manifest(&text("image = \"repo/two:1\"\ncpu = 123\nmemory = 7"));
    let file = program.file("app.toml");
    let apply = format!("apply -f {} --yes", file.to_str().expect("text"));
    let failed = program
        .session(&[&apply, "app list --output json --query [].AppName", &format!("{apply} --output json")])
        .await;
    program.manifest(&text("image = \"repo/two:1\""));
    golden!(failed + &program.session(&[&apply]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rollout_that_fails_ends_with_its_exit_code() {
    let program = Program::start().await.with_manifest().await;
    let server = program.server.as_ref().expect("a server");
    server.control().fault(Fault::on("DeployApplication").image_pull_failure()).expect("a fault");
    let text = changed(&[("repo/web:1", "repo/web:2")])
        + "[[application]]\nname = \"next\"\nnamespace = \"cn-hangzhou:shop\"\nimage = \"repo/next:1\"\n";
    let ended = program.run(&["apply", "-f", &program.manifest(&text), "--yes"]).await;
    assert_eq!((ended.code, ended.stdout.as_str()), (5, ""), "{}", ended.stderr);
    for part in [
        "pull",
        "not done: change application cn-hangzhou:shop/web",
        "not done: create application cn-hangzhou:shop/next",
    ] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
    assert!(!ended.stderr.contains("hush"), "{}", ended.stderr);
    // What is configured isn't what runs, so that it is rolled out once more.
    server.control().clear_faults();
    let again = changed(&[("repo/web:1", "repo/web:2")]);
    let plan = program.plan(&again).await;
    assert!(plan.contains("\n    ~ rollout: failed -> succeeded\n"), "{plan}");
    program.must(&["apply", "-f", &program.manifest(&again), "--yes"]).await;
    assert_eq!(program.plan(&again).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_table_or_list_takes_everything_away() {
    let program = Program::start().await.with_manifest().await;
    let text =
        "[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nenv = {}\nhost_aliases = []\n";
    golden!(program.plan(text).await);
    program.must(&["apply", "-f", &program.manifest(text), "--yes"]).await;
    assert_eq!(program.plan(text).await, "no differences\n");
    assert!(program.plan(MANIFEST).await.contains("+ env.GREETING: (secret)"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_pruning_deletes_and_only_in_namespaces_of_the_manifest() {
    let program = Program::start().await.with_manifest().await;
    program.must(&["app", "create", "old", "-n", "shop", "--image", "repo/old:1"]).await;
    program.must(&["ns", "create", "cn-hangzhou:other"]).await;
    program.must(&["app", "create", "kept", "-n", "other", "--image", "repo/kept:1"]).await;
    let file = program.manifest(MANIFEST);
    assert_eq!(program.plan(MANIFEST).await, "no differences\n");
    assert_eq!(
        program.must(&["plan", "-f", &file, "--prune"]).await,
        "- application cn-hangzhou:shop/old\n0 to create, 0 to change, 1 to delete\n"
    );
    let asked = program.run(&["apply", "-f", &file, "--prune"]).await;
    assert_eq!(asked.code, 2, "{}", asked.stderr);
    program.must(&["apply", "-f", &file, "--prune", "--yes"]).await;
    let left = program.must(&["app", "list", "--output", "text", "--query", "[].AppName"]).await;
    assert_eq!(left.lines().collect::<Vec<_>>().len(), 2, "{left}");
    assert!(!left.contains("old"), "{left}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_changed_is_refused_before_anything_is_done() {
    let program = Program::start().await.with_manifest().await;
    let text = changed(&[
        ("image = \"repo/web:1\"", "image = \"repo/web:2\"\npackage_type = \"FatJar\""),
        ("name = \"Shop\"", "name = \"The shop\""),
    ]);
    let plan = program.plan(&text).await;
    assert!(plan.contains("! package_type is settled when an application is created"), "{plan}");
    let refused = program.run(&["apply", "-f", &program.manifest(&text), "--yes"]).await;
    assert_eq!((refused.code, refused.stdout.as_str()), (1, ""), "{}", refused.stderr);
    assert!(refused.stderr.contains("nothing was done"), "{}", refused.stderr);
    assert_eq!(program.plan(MANIFEST).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_namespace_is_told_with_the_one_that_was_meant() {
    let program = Program::start().await.with_manifest().await;
    let text = "[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shopp\"\n";
    let refused = program.run(&["plan", "-f", &program.manifest(text)]).await;
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("app.toml:1: there is no namespace"), "{}", refused.stderr);
    assert!(refused.stderr.contains("did you mean cn-hangzhou:shop"), "{}", refused.stderr);
}

#[tokio::test]
async fn mistakes_are_told_together_and_without_values() {
    let program = Program::without_server("http://127.0.0.1:1");
    program.manifest(
        "[[application]]\nname = \"web\"\nreplcas = 2\ncpu = \"hush\"\nenv = { A = [\"hush\"], B = { secrt = 1 } }\n\
         liveness = { http = { path = \"/\", port = \"hush\" } }\n[[applications]]\n",
    );
    let plan = format!("plan -f {}", program.file("app.toml").to_str().expect("text"));
    let seen = program.session(&[&plan, "plan -f /nowhere.toml", "plan"]).await;
    assert!(!seen.contains("hush"), "{seen}");
    golden!(seen);
}

#[tokio::test]
async fn the_schema_is_the_published_one() {
    let program = Program::without_server("");
    let schema = program.must(&["schema"]).await;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/manifest.schema.json");
    let published = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        schema == published,
        "run `cargo run -p sae-cli -- schema > crates/sae-cli/manifest.schema.json`"
    );
}
