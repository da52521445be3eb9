//! Whether what there is still is as a manifest says.

use crate::MANIFEST;
use crate::program::Program;

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
