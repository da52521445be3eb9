//! Plans and applies a manifest, then its changes.

use crate::program::{Program, golden};
use crate::{MANIFEST, changed};

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
        seen.push_str(&format!("=> {}\n\n", program.operations(&text).await.join(", ")));
        program.apply(&text).await;
        assert_eq!(program.plan(&text).await, "no differences\n", "{change:?}");
        program.apply(MANIFEST).await;
    }
    assert!(!seen.contains("hush"), "{seen}");
    golden!(seen);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_outside_the_manifest_are_left_unchanged() {
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
    let text = changed(&[("What people see", "The shop")]);
    assert_eq!(program.operations(&text).await, ["UpdateApplicationDescription"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn rollout_settings_are_no_difference() {
    let program = Program::start().await.with_manifest().await;
    assert_eq!(program.plan(&changed(&[("batch = 2", "batch = 1")])).await, "no differences\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_table_or_list_removes_everything() {
    let program = Program::start().await.with_manifest().await;
    let text =
        "[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nenv = {}\nhost_aliases = []\n";
    golden!(program.plan(text).await);
    program.apply(text).await;
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
async fn references_to_config_maps_and_secrets_come_back_as_they_were() {
    let program = Program::start().await;
    program.must(&["ns", "create", "cn-hangzhou:shop"]).await;
    let namespace = ["--NamespaceId", "cn-hangzhou:shop"];
    let data = ["--Data", r#"{"level":"debug","other":"info"}"#];
    let created = [&["call", "CreateConfigMap", "--Name", "levels"][..], &namespace, &data].concat();
    program.must(&created).await;
    let data = ["--SecretType", "Opaque", "--SecretData", r#"{"SecretData":"{\"password\":\"hush\"}"}"#];
    let created = [&["call", "CreateSecret", "--SecretName", "passwords"][..], &namespace, &data].concat();
    program.must(&created).await;
    let text = r#"
        [[application]]
        name = "web"
        namespace = "cn-hangzhou:shop"
        image = "repo/web:1"
        [application.env]
        PASSWORD = { secret = 2, key = "password" }
        LEVEL = { config_map = 1, key = "level" }
        [[application.config_map_mount_desc]]
        config_map_id = 1
        key = "level"
        mount_path = "/etc/level"
        [[application.secret_mount_desc]]
        secret_id = 2
        key = "password"
        mount_path = "/etc/password"
    "#;
    let plan = program.plan(text).await;
    for line in [
        r#"env.PASSWORD: {"secret":2,"key":"password"}"#,
        r#"env.LEVEL: {"config_map":1,"key":"level"}"#,
        "secret_mount_desc: (secret)",
        r#"config_map_mount_desc[0]: {"config_map_id":1,"key":"level","mount_path":"/etc/level"}"#,
    ] {
        assert!(plan.contains(&format!("    + {line}\n")), "{plan}");
    }
    program.apply(text).await;
    assert_eq!(program.plan(text).await, "no differences\n");
    let exported = program.must(&["export"]).await;
    assert_eq!(program.plan(&exported).await, "no differences\n", "{exported}");
    let other = text.replace(r#"config_map = 1, key = "level""#, r#"config_map = 1, key = "other""#);
    let plan = program.plan(&other).await;
    let line = r#"    ~ env.LEVEL: {"config_map":1,"key":"level"} -> {"config_map":1,"key":"other"}"#;
    assert!(plan.contains(line), "{plan}");
    program.apply(&other).await;
    assert_eq!(program.plan(&other).await, "no differences\n");
    // What isn't there is refused.
    let wrong = program.manifest(&text.replace("config_map_id = 1", "config_map_id = 16"));
    let refused = program.run(&["apply", "-f", &wrong, "--yes"]).await;
    assert!(
        refused.stderr.contains("NotFound.ConfigMap: The ConfigMap object (ID: 16)"),
        "{}",
        refused.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_is_shown_with_all_settings() {
    let program = Program::start().await;
    let text = changed(&[("replicas = 2", "replicas = 1\ndeploy = false")]);
    let plan = program.plan(&text).await;
    for line in ["replicas: 1", "deploy: false", "timezone: Asia/Shanghai", "readiness.period_seconds: 10"] {
        assert!(plan.contains(&format!("    + {line}\n")), "{plan}");
    }
    assert!(!plan.contains("update_strategy"), "it isn't sent: {plan}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_can_be_a_table() {
    let program = Program::start().await.with_manifest().await;
    program.must(&["app", "create", "old", "-n", "shop", "--image", "repo/old:1"]).await;
    let text = changed(&[("repo/web:1", "repo/web:2"), ("hush-env", "hush-other"), ("PORT = 8080\n", "")]);
    let plan = format!("plan -f {} --prune --output table", program.manifest(&text));
    let seen = program.session(&[&plan]).await;
    program.manifest(MANIFEST);
    let seen = seen + &program.session(&[&plan.replace(" --prune", "")]).await;
    program
        .manifest(&changed(&[("image = \"repo/web:1\"", "image = \"repo/web:1\"\npackage_type = \"War\"")]));
    golden!(seen + &program.session(&[&plan]).await);
}
