//! Secrets that a manifest tells, and those that it leaves as they are.

use crate::changed;
use crate::program::Program;

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
