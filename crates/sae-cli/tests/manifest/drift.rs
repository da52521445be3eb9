//! `sae drift`: whether what is running matches a manifest.

use crate::program::Program;
use crate::{MANIFEST, changed};

#[tokio::test(flavor = "multi_thread")]
async fn drift_has_an_exit_code_of_its_own() {
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
    // The value of an option before the command may be a command's name.
    for wrong in [
        &["drift"][..],
        &["drift", "-f", "a.toml", "--output", "xml"],
        &["-n", "demo", "drift"],
        &["--region", "local", "drift", "--output", "xml"],
    ] {
        let ended = program.run(wrong).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
    }
    assert_eq!(program.run(&["drift", "--help"]).await.code, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_option_is_refused_with_advice() {
    let program = Program::start().await;
    for (arguments, code) in [
        (&["drift", "-n", "demo", "-f", "a.toml"][..], 1),
        (&["-n", "demo", "drift", "-f", "a.toml"], 1),
        (&["plan", "--namespace=demo", "-f", "a.toml"], 2),
        (&["apply", "-f", "a.toml", "--namespace", "demo"], 2),
    ] {
        let ended = program.run(arguments).await;
        assert_eq!((ended.code, ended.stdout.as_str()), (code, ""), "{}", ended.stderr);
        let words = "takes no namespace: the manifest names the namespace of each application\n  \
                     leave out -n; `sae export -n NAMESPACE` prints a manifest of one namespace\n";
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
    // Other commands that have no use for it say so in clap's words.
    let ended = program.run(&["schema", "-n", "demo"]).await;
    assert!(ended.stderr.contains("unexpected argument '-n'"), "{}", ended.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_gone_is_told_even_where_a_secret_goes_with_it() {
    let program = Program::start().await.with_manifest().await;
    let exported = program.must(&["export"]).await;
    program
        .apply("[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shop\"\nenv = {}\nreplicas = 4\n")
        .await;
    let drift = async || program.run(&["drift", "-f", &program.manifest(&exported)]).await;
    let drifted = drift().await;
    assert_eq!(drifted.code, 2, "{}", drifted.stderr);
    for line in [
        "~ replicas: 4 -> 2",
        "+ env.GREETING: (secret)",
        "! [home]/app.toml:5: there is no present value for application.env.GREETING, ",
    ] {
        assert!(program.redacted(&drifted.stdout).contains(line), "{}", drifted.stdout);
    }
    program.must(&["app", "delete", "web", "--yes"]).await;
    let drifted = drift().await;
    assert_eq!(drifted.code, 2, "{}", drifted.stderr);
    assert!(drifted.stdout.contains("+ application cn-hangzhou:shop/web\n"), "{}", drifted.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_application_is_drift() {
    let program = Program::start().await.with_manifest().await;
    program.must(&["app", "stop", "web"]).await;
    let drifted = program.run(&["drift", "-f", &program.manifest(MANIFEST)]).await;
    assert_eq!(drifted.code, 2, "{}", drifted.stderr);
    assert!(drifted.stdout.contains("    ~ state: stopped -> running\n"), "{}", drifted.stdout);
    assert_eq!(program.operations(MANIFEST).await, ["StartApplication"]);
    // What it is exported as leaves it as it is.
    let exported = program.must(&["export"]).await;
    assert!(exported.contains("\ndeploy = false\n"), "{exported}");
    assert_eq!(program.plan(&exported).await, "no differences\n");
    let more = changed(&[("replicas = 2", "replicas = 3")]);
    assert_eq!(program.operations(&more).await, ["DeployApplication"]);
    program.apply(&more).await;
    assert_eq!(program.plan(&more).await, "no differences\n");
    let running = ["app", "list", "--output", "text", "--query", "[].RunningInstances"];
    assert_eq!(program.must(&running).await, "3\n");
    program.must(&["app", "stop", "web"]).await;
    program.apply(&more).await;
    assert_eq!(program.must(&running).await, "3\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_that_was_never_deployed_is_drift() {
    let program = Program::start().await;
    let text = changed(&[("replicas = 2", "replicas = 2\ndeploy = false")]);
    let plan = program.plan(&text).await;
    assert!(plan.contains("    + deploy: false\n"), "{plan}");
    program.apply(&text.replace("[[application.slb.internet]]\nport = 80\ntarget = 8080\n", "")).await;
    let text = text.replace("[[application.slb.internet]]\nport = 80\ntarget = 8080\n", "");
    assert_eq!(program.plan(&text).await, "no differences\n");
    let exported = program.must(&["export"]).await;
    assert_eq!(program.plan(&exported).await, "no differences\n", "{exported}");
    for text in [text.replace("deploy = false", "deploy = true"), text.replace("deploy = false\n", "")] {
        let plan = program.plan(&text).await;
        assert!(plan.contains("    ~ state: not deployed -> running\n"), "{plan}");
        assert_eq!(program.operations(&text).await, ["DeployApplication"]);
    }
    program.apply(&text.replace("deploy = false", "deploy = true")).await;
    assert_eq!(
        program.plan(MANIFEST).await.lines().nth(1),
        Some("    + slb.internet[0]: {\"port\":80,\"target\":8080}")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_cannot_be_compared_are_listed() {
    let program = Program::start().await;
    let text = changed(&[
        ("replicas = 2", "replicas = 2\nenable_ebpf = \"true\"\ngpu_config = \"1\""),
        ("name = \"Shop\"", "name = \"Shop\"\nenable_micro_registration = false"),
    ]);
    let plan = program.plan(&text).await;
    assert!(plan.contains("    + enable_ebpf: true\n") && !plan.contains("not compared"), "{plan}");
    assert!(plan.contains("    + enable_micro_registration: false\n"), "{plan}");
    program.apply(&text).await;
    assert_eq!(
        program.plan(&text).await,
        "no differences\n\
         not compared: enable_micro_registration of namespace cn-hangzhou:shop\n\
         not compared: enable_ebpf, gpu_config of application cn-hangzhou:shop/web\n"
    );
    let file = program.manifest(&text);
    let named = ["plan", "-f", &file, "--output", "text", "--query", "not_compared[].keys[]"];
    assert_eq!(program.must(&named).await, "enable_micro_registration\nenable_ebpf\ngpu_config\n");
}
