//! What a selection of features brings along, read from Cargo's own tree.

use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn without_the_feature_tls_there_is_no_crate_of_tls() {
    for package in ["sae", "sae-transport"] {
        let features = if package == "sae" { "" } else { "client" };
        let without = crates(package, features);
        assert!(without.contains("hyper"), "{package} sends");
        for name in
            ["ring", "rustls", "rustls-platform-verifier", "hyper-rustls", "tokio-rustls", "rustls-webpki"]
        {
            assert!(!without.contains(name), "{package} without TLS uses {name}");
        }
        assert!(crates(package, "tls").contains("ring"), "{package} with TLS");
    }
}

/// The names of all crates that this package is built with, given features besides none.
fn crates(package: &str, features: &str) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--package", package, "--no-default-features", "--features", features])
        // As for a program that uses this package alone.
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).expect("names");
    lines.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
}
