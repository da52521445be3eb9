//! The crates without I/O run wherever there is no operating system, as on `wasm32-unknown-unknown`. CONTRIBUTING has the command that
//! builds them there; these tests need no target installed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::visit;

/// What the crates stand on, on any target, with all but the features in [`SYSTEM`]. None of it has a runtime, sockets, threads, files
/// or a clock that it uses by itself. Look at a crate before you add it here.
const FIT: [&str; 23] = [
    "base64",
    "block-buffer",
    "cfg-if",
    "cmov",
    "cpufeatures",
    "crypto-common",
    "ctutils",
    "digest",
    "hmac",
    "hybrid-array",
    "itoa",
    // Of cpufeatures, which asks the operating system for what an ARM processor can do. There is none on wasm32.
    "libc",
    "md-5",
    "memchr",
    "quick-xml",
    "serde",
    "serde_core",
    "serde_json",
    "sha1",
    "sha2",
    "subtle",
    "typenum",
    // Writes floats for serde_json.
    "zmij",
];

/// The crates, and the features that have no part in it.
const CRATES: [(&str, &[&str]); 3] = [
    ("sae-sign", &["--features", "jsonl"]),
    ("sae-models", &["--all-features"]),
    ("sae-transport", &["--no-default-features", "--features", "jsonl"]),
];

/// Files that ask the system for something, and the feature without which they aren't compiled.
const SYSTEM: [(&str, &str, &str); 3] = [
    ("sae-sign", "now", "pub use now::nonce;"),
    ("sae-transport", "client", "pub mod client;"),
    ("sae-transport", "files", "pub mod input_file;"),
];

#[test]
fn crates_for_wasm_depend_on_nothing_that_asks_a_system() {
    for (name, features) in CRATES {
        for dependency in dependencies(name, features) {
            let is_ours = CRATES.iter().any(|(ours, _)| *ours == dependency);
            let is_fit = is_ours || FIT.contains(&dependency.as_str());
            assert!(is_fit, "{name} depends on {dependency}, which may not run on wasm32: see FIT");
        }
    }
}

#[test]
fn crates_for_wasm_ask_no_system() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for (name, _) in CRATES {
        let source = root.join(name).join("src");
        visit(&source, &mut |path, text| {
            let below = path.strip_prefix(&source).expect("below the root");
            if asks_a_system(name, below) {
                return;
            }
            let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            for word in [
                "std::net",
                "std::thread",
                "std::fs",
                "std::os",
                "std::env",
                "std::process",
                "std::sync::mpsc",
                // A time that is given is a value; the clock is not asked.
                "SystemTime::now",
                ".elapsed()",
                "Instant",
                "RandomState",
                "tokio",
                // A list hides what it uses.
                "std::{",
            ] {
                assert!(!code.contains(word), "{name}: {} holds {word}", below.display());
            }
        });
    }
}

#[test]
fn what_asks_a_system_is_a_feature() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for (name, feature, item) in SYSTEM {
        let lib = std::fs::read_to_string(root.join(name).join("src/lib.rs")).expect("a library");
        let gated = format!("#[cfg(feature = \"{feature}\")]\n{item}");
        assert!(lib.contains(&gated), "{name}: {item} needs the feature {feature}");
    }
}

/// Whether a file is one of a feature in [`SYSTEM`].
fn asks_a_system(name: &str, below: &Path) -> bool {
    let module = below.iter().next().map(Path::new).and_then(Path::file_stem).unwrap_or_default();
    match name {
        "sae-sign" => module == "now",
        "sae-transport" => module == "client" || module == "input_file",
        _ => false,
    }
}

/// Names of all crates that are compiled into this one, whatever the target. Macros run in the compiler.
fn dependencies(name: &str, features: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal,no-proc-macro", "--target", "all", "--prefix", "none"])
        .args(["--format", "{p}", "--package", name])
        .args(features)
        // What other crates of the workspace want of a shared one is no part of it.
        .env_remove("CARGO_RESOLVER_FEATURE_UNIFICATION")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo tree runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("text");
    let names = tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}
