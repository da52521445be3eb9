//! A manifest that is wrong in itself.

use crate::program::{Program, golden};

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
