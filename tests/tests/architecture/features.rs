//! What a selection of features brings along, read from Cargo's own tree.

use std::collections::BTreeSet;
use std::process::Command;

#[test]
fn without_the_feature_tls_there_is_no_crate_of_tls() {
    for package in ["sae", "sae-transport"] {
        let without = crates(package, "client");
        assert!(without.contains("hyper"), "{package} sends");
        for name in
            ["ring", "rustls", "rustls-platform-verifier", "hyper-rustls", "tokio-rustls", "rustls-webpki"]
        {
            assert!(!without.contains(name), "{package} without TLS uses {name}");
        }
        assert!(crates(package, "tls").contains("ring"), "{package} with TLS");
    }
}

#[test]
fn without_the_client_there_are_models_and_signer_alone() {
    let without = crates("sae", "sae,edas,jsonl");
    assert!(without.is_superset(&crates("sae-models", "")), "models and all below them");
    for name in ["hyper", "tokio", "ring", "rustls", "tracing", "configparser", "fastrand", "libc"] {
        assert!(!without.contains(name), "sae without the client uses {name}");
    }
    for feature in ["blocking", "http2", "reqwest", "stream", "tls", "tower", "tracing"] {
        assert!(crates("sae", feature).contains("hyper"), "{feature} is of the client");
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
