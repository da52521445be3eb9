//! The house keeps its arrows: which crate may use which.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

mod features;
mod layers;
mod modules;
mod wasm;

/// All arrows between the crates; what is not here is forbidden.
const ARROWS: [(&str, &[&str]); 7] = [
    ("sae-sign", &[]),
    ("sae-transport", &["sae-sign"]),
    ("sae-models", &["sae-transport"]),
    ("sae", &["sae-models", "sae-transport"]),
    ("sae-manifest", &["sae"]),
    ("sae-local", &["sae-models", "sae-sign", "sae-transport"]),
    ("sae-cli", &["sae", "sae-local", "sae-manifest"]),
];

/// What no other crate is built on: tests and the generator. They may use anything.
const OUTSIDE: [&str; 2] = ["sae-tests", "xtask"];

#[test]
fn crates_use_only_what_the_design_allows() {
    for (name, uses) in arrows() {
        if OUTSIDE.contains(&name.as_str()) {
            continue;
        }
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name) else {
            panic!("{name} is no crate of the design: say in ARROWS what it may use")
        };
        let allowed: BTreeSet<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
        assert!(uses.is_subset(&allowed), "{name} uses {uses:?}; allowed is {allowed:?}");
    }
}

#[test]
fn models_and_local_server_do_without_the_http_client() {
    let packages = packages();
    for name in ["sae-models", "sae-local"] {
        let package = packages.iter().find(|package| package["name"] == name).expect("a crate of this name");
        let dependencies = package["dependencies"].as_array().cloned().unwrap_or_default();
        let transport =
            dependencies.iter().find(|dependency| dependency["name"] == "sae-transport").expect("it is used");
        assert_eq!(transport["uses_default_features"], false, "{name}");
        assert_eq!(transport["features"], Value::Array(Vec::new()), "{name}");
        assert!(!dependencies.iter().any(|dependency| dependency["name"] == "hyper-rustls"), "{name}");
    }
}

#[test]
fn only_one_place_names_the_http_client() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let place = Path::new("sae-transport/src/client");
    let mut naming = BTreeSet::new();
    visit(&root, &mut |path, text| {
        // The local server stands on hyper too, on its other side.
        let is_server = path.components().any(|part| part.as_os_str() == "sae-local");
        if !is_server && ["hyper::", "hyper_util::", "hyper_rustls::"].iter().any(|word| text.contains(word))
        {
            naming.insert(path.strip_prefix(&root).expect("below the root").to_owned());
        }
    });
    let files = ["connector", "proxies", "stream", "tls", "without_tls"];
    let files = files.iter().map(|file| place.join(format!("http/{file}.rs")));
    assert_eq!(naming, files.chain([place.join("http.rs")]).collect());
}

#[test]
fn only_one_file_names_reqwest() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut naming = BTreeSet::new();
    visit(&root, &mut |path, text| {
        let below = path.strip_prefix(&root).expect("below the root");
        let is_source = below.components().nth(1).is_some_and(|folder| folder.as_os_str() == "src");
        if is_source && names_crate(text, "reqwest") {
            naming.insert(below.to_owned());
        }
    });
    assert_eq!(naming, BTreeSet::from([PathBuf::from("sae-transport/src/client/http_reqwest.rs")]));
}

#[test]
fn only_one_place_names_tls() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let place = Path::new("sae-transport/src/client/http");
    let mut naming = BTreeSet::new();
    visit(&root, &mut |path, text| {
        let below = path.strip_prefix(&root).expect("below the root");
        // Tests are the other end of TLS.
        let is_source = below.components().nth(1).is_some_and(|folder| folder.as_os_str() == "src");
        if is_source && ["rustls", "rustls_platform_verifier"].iter().any(|name| names_crate(text, name)) {
            naming.insert(below.to_owned());
        }
    });
    assert_eq!(naming, ["tls.rs", "tls_error.rs"].iter().map(|file| place.join(file)).collect());
}

#[test]
fn only_one_place_names_the_parser_of_xml() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let mut naming = BTreeSet::new();
    visit(&root, &mut |path, text| {
        if text.contains("quick_xml") {
            naming.insert(path.strip_prefix(&root).expect("below the root").to_owned());
        }
    });
    assert_eq!(naming, BTreeSet::from([PathBuf::from("sae-transport/src/wire/xml/reader.rs")]));
}

#[test]
fn only_one_place_of_the_program_names_clap() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sae-cli/src");
    visit(&root, &mut |path, text| {
        let below = path.strip_prefix(&root).expect("below the root");
        let is_args = below.starts_with("args") || below == Path::new("args.rs");
        for word in ["clap::", "clap_complete::", "clap_mangen::", "ArgMatches"] {
            assert!(is_args || !text.contains(word), "{} holds {word}", path.display());
        }
    });
}

#[test]
fn the_signer_reads_no_clock_no_randomness_no_environment() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sae-sign/src");
    visit(&root, &mut |path, text| {
        // The feature `now`: date and nonce for those who ask.
        let reads_the_moment = path.ends_with("sae-sign/src/now.rs");
        for word in ["SystemTime", "RandomState"] {
            assert!(reads_the_moment || !text.contains(word), "{} holds {word}", path.display());
        }
        for word in ["Instant::", "env::var", "fastrand", "async fn", "rand::"] {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
        let uses_it = text.contains("mod now;") && !text.contains("#[cfg(feature = \"now\")]\nmod now;");
        assert!(!uses_it, "{} has now.rs without its feature", path.display());
    });
}

#[test]
fn the_domain_of_the_local_server_is_pure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sae-local/src/domain");
    visit(&root, &mut |path, text| {
        for word in ["SystemTime", "Instant::", "env::var", "fs::", "fastrand", "async fn", "hyper", "tokio"]
        {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
    });
}

#[test]
fn the_facade_reads_environment_and_files_in_one_place() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/sae/src");
    visit(&root, &mut |path, text| {
        for word in ["env::var", "fs::", "File::", ".exists()"] {
            // Recordings are for tests, and go where these say.
            let allowed = path.ends_with("credentials/variables.rs")
                || (word == "fs::" && path.parent().is_some_and(|folder| folder.ends_with("testing")));
            assert!(allowed || !text.contains(word), "{} holds {word}", path.display());
        }
    });
}

/// Whether a path in the code begins with this crate. Documentation may: it shows what programs hand over.
fn names_crate(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let is_word = |end: &str| end.ends_with(|it: char| it.is_alphanumeric() || it == '_');
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .any(|line| line.match_indices(&path).any(|(at, _)| !is_word(&line[..at])))
}

/// Ordinary dependencies between the crates of the workspace.
fn arrows() -> BTreeMap<String, BTreeSet<String>> {
    let packages = packages();
    let names: BTreeSet<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    let uses = |package: &Value| {
        let dependencies = package["dependencies"].as_array().cloned().unwrap_or_default();
        let ordinary = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
        let own =
            ordinary.filter_map(|dependency| dependency["name"].as_str()).filter(|name| names.contains(name));
        own.map(str::to_owned).collect()
    };
    packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap_or_default().to_owned(), uses(package)))
        .collect()
}

fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo metadata runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    metadata["packages"].as_array().expect("packages").clone()
}

fn visit(folder: &Path, check: &mut dyn FnMut(&Path, &str)) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            visit(&path, check);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("a text");
            check(&path, &text);
        }
    }
}
