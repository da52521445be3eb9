//! What is said, and what has happened, where not everything goes well.

use sae_local::Fault;

use crate::program::{Program, golden};
use crate::{MANIFEST, changed};

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
