//! `sae export`.

use crate::MANIFEST;
use crate::program::{Program, golden};

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
