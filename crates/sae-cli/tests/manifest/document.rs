//! Malformed and contradictory manifests.

use crate::program::{Program, golden};

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_namespace_gets_a_suggestion() {
    let program = Program::start().await.with_manifest().await;
    let text = "[[application]]\nname = \"web\"\nnamespace = \"cn-hangzhou:shopp\"\n";
    let refused = program.run(&["plan", "-f", &program.manifest(text)]).await;
    assert_eq!(refused.code, 2);
    assert!(
        refused.stderr.contains("app.toml:3: the namespace \"cn-hangzhou:shopp\" doesn't exist"),
        "{}",
        refused.stderr
    );
    assert!(refused.stderr.contains("did you mean cn-hangzhou:shop"), "{}", refused.stderr);
}

#[tokio::test]
async fn all_mistakes_are_reported_without_values() {
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

#[tokio::test]
async fn too_deep_nesting_is_refused_with_its_line() {
    let program = Program::without_server("http://127.0.0.1:1");
    for (file, part, end) in [
        ("m.yaml", "[", ""),
        ("m.yaml", "{a: ", ""),
        ("m.yaml", "- ", ""),
        ("m.json", "[", "]"),
        ("m.json", "{\"a\":", ""),
        ("m.toml", "a = [", ""),
        ("m.toml", "a.", ""),
    ] {
        let path = program.file(file);
        std::fs::write(&path, part.repeat(100_000) + &end.repeat(100_000)).expect("it is written");
        let path = path.to_str().expect("text");
        let refused = program.run(&["plan", "-f", path]).await;
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{part}: {}", refused.stderr);
        assert!(refused.stderr.starts_with(&format!("error: {path}:1: ")), "{part}: {}", refused.stderr);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_file_of_reasonable_size_is_refused() {
    let program = Program::without_server("http://127.0.0.1:1");
    let large = program.file("large.toml");
    std::fs::write(&large, "#".repeat((4 << 20) + 1)).expect("it is written");
    for (file, expected) in [(large.to_str().expect("text"), "4194304 bytes"), ("/dev/zero", "can't be read")]
    {
        let refused = program.run(&["plan", "-f", file]).await;
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    }
    let large = std::fs::read_to_string(&large).expect("text");
    let refused = program.with_input(&["plan", "-f", "-"], &large).await;
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("larger than 4194304 bytes"), "{}", refused.stderr);
}
