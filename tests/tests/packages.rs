//! The crates are ready to be published: what crates.io and docs.rs ask of a manifest is there, and a package holds what its users need
//! and nothing else.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends where something is not as it must be"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The crates that are published, in the order of their names.
const PUBLISHED: [&str; 7] =
    ["sae", "sae-cli", "sae-local", "sae-manifest", "sae-models", "sae-sign", "sae-transport"];

#[test]
fn these_crates_are_published() {
    let mut names: Vec<_> = published().iter().map(|package| text(package, "name")).collect();
    names.sort();
    assert_eq!(names, PUBLISHED);
}

/// `cargo test` at the root tests them all, and `cargo run` runs the program.
#[test]
fn commands_at_the_root_mean_the_workspace_and_its_program() {
    let metadata = metadata();
    let names = |key: &str| {
        let mut ids = list(&metadata, key);
        ids.sort();
        ids
    };
    assert_eq!(names("workspace_default_members"), names("workspace_members"));
    let packages = metadata["packages"].as_array().expect("a list");
    let programs: Vec<_> = packages.iter().filter_map(|package| package["default_run"].as_str()).collect();
    assert_eq!(programs, ["sae"]);
}

/// A feature that no test has on is one whose tests nobody runs.
#[test]
fn the_tests_of_the_workspace_have_each_feature_of_the_sdk_on() {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list");
    let find = |name: &str| packages.iter().find(|package| package["name"] == name).expect("a package");
    let features = find("sae")["features"].as_object().expect("a table");
    let default = find("sae")["features"]["default"].as_array().expect("a list");
    let dependencies = find("sae-tests")["dependencies"].as_array().expect("a list");
    let sdk = dependencies.iter().find(|dependency| dependency["name"] == "sae").expect("the SDK");
    let mut on: Vec<_> = list(sdk, "features");
    on.extend(default.iter().map(|name| name.as_str().expect("a name").to_owned()));
    // The program's: it has the signer's line protocol on.
    on.extend(["default".to_owned(), "jsonl".to_owned()]);
    for name in features.keys() {
        let is_group = name.starts_with("sae-") || name.starts_with("edas-");
        assert!(
            is_group || on.contains(name),
            "{name} is off in the tests of the workspace: see tests/Cargo.toml"
        );
    }
}

#[test]
fn manifests_have_what_the_registry_shows() {
    for package in published() {
        let name = text(&package, "name");
        assert!(text(&package, "description").len() > 20, "{name}");
        assert_eq!(text(&package, "license"), "MIT", "{name}");
        assert_eq!(text(&package, "readme"), "README.md", "{name}");
        assert!(text(&package, "documentation").starts_with("https://docs.rs/"), "{name}");
        assert!(text(&package, "documentation").ends_with(&format!("/{name}")), "{name}");
        assert_eq!(package["metadata"]["docs"]["rs"]["all-features"], true, "{name}");

        // Limits of crates.io: a manifest that exceeds them is refused when it is uploaded.
        let keywords = list(&package, "keywords");
        assert!((1..=5).contains(&keywords.len()), "{name}: {keywords:?}");
        for keyword in &keywords {
            let is_valid = keyword.starts_with(|letter: char| letter.is_ascii_alphanumeric())
                && keyword
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || ['_', '-', '+'].contains(&letter));
            assert!(is_valid && keyword.len() <= 20, "{name}: {keyword}");
        }
        assert!((1..=5).contains(&list(&package, "categories").len()), "{name}");
    }
}

/// A crate that asks for an older version of another could be built with one that lacks what it uses.
#[test]
fn crates_ask_for_each_other_in_their_own_version() {
    let mut count = 0;
    for package in published() {
        let version = format!("^{}", text(&package, "version"));
        for dependency in package["dependencies"].as_array().expect("a list") {
            let name = text(dependency, "name");
            if PUBLISHED.contains(&name.as_str()) {
                assert_eq!(text(dependency, "req"), version, "{} asks for {name}", package["name"]);
                count += 1;
            }
        }
    }
    assert!(count > 10, "the crates use each other");
}

/// Copies, because a checkout on Windows has no symbolic links unless it is told to.
#[test]
fn each_crate_has_the_license_of_the_repository() {
    let license = read(&root().join("LICENSE"));
    assert!(license.starts_with("MIT License\n"), "it has its title");
    for name in PUBLISHED {
        assert_eq!(read(&folder(name).join("LICENSE")), license, "{name}");
    }
}

/// `tests/src/lib.rs` runs them: see `markdown/code.rs`.
#[test]
fn the_readme_of_a_library_has_a_complete_program_that_runs() {
    for name in PUBLISHED.into_iter().filter(|name| *name != "sae-cli") {
        let readme = read(&folder(name).join("README.md"));
        let (_, rest) = readme.split_once("\n```rust\n").unwrap_or_else(|| panic!("{name}: no example"));
        let (block, _) = rest.split_once("\n```\n").expect("the end of the block");
        assert!(block.contains("fn main()"), "{name}:\n{block}");
        assert!(readme.contains("](../../docs/guide/src/"), "{name} leads to the guide");
    }
}

#[test]
fn the_readme_of_the_program_installs_it_and_shows_commands() {
    let readme = read(&folder("sae-cli").join("README.md"));
    assert!(readme.lines().any(|line| line.starts_with("cargo install ")), "how to install it");
    assert!(readme.lines().filter(|line| line.starts_with("sae ")).count() >= 3, "three commands");
}

/// Tests and the generator need what CI has; users of a crate don't.
#[test]
fn each_readme_says_which_rust_it_needs() {
    for package in published() {
        let name = text(&package, "name");
        let oldest = format!("Rust {} or later", text(&package, "rust_version"));
        assert!(read(&folder(&name).join("README.md")).contains(&oldest), "{name}: {oldest}");
    }
}

#[test]
fn packages_hold_sources_and_examples_only() {
    for name in PUBLISHED {
        let files = packaged(name);
        for needed in ["Cargo.toml", "LICENSE", "README.md"] {
            assert!(files.iter().any(|file| file == needed), "{name} lacks {needed}");
        }
        for file in &files {
            let made_by_cargo = [".cargo_vcs_info.json", "Cargo.lock", "Cargo.toml", "Cargo.toml.orig"]
                .contains(&file.as_str());
            let is_page = ["LICENSE", "README.md"].contains(&file.as_str());
            let is_rust = Path::new(file).extension().is_some_and(|it| it == "rs")
                && (file == "build.rs" || file.starts_with("src/") || file.starts_with("examples/"));
            assert!(made_by_cargo || is_page || is_rust, "{name} packages {file}");
        }
        let sources = files.iter().filter(|file| file.starts_with("src/")).count();
        assert_eq!(sources, count(&folder(name).join("src")), "{name} packages all its sources");
    }
}

/// How many files are in a folder and in those below it.
fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
}

/// The names of the files in a crate's package.
fn packaged(name: &str) -> Vec<String> {
    let listed = cargo(&["package", "--list", "--allow-dirty", "--offline", "--package", name]);
    // Windows has other separators.
    listed.lines().map(|line| line.replace('\\', "/")).collect()
}

fn published() -> Vec<Value> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("packages").iter();
    // Null: anywhere. `publish = false` is an empty list of registries.
    packages.filter(|package| package["publish"].is_null()).cloned().collect()
}

fn metadata() -> Value {
    let metadata = cargo(&["metadata", "--format-version", "1", "--no-deps", "--offline"]);
    serde_json::from_str(&metadata).expect("JSON")
}

fn cargo(arguments: &[&str]) -> String {
    let output =
        Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn text(package: &Value, key: &str) -> String {
    package[key].as_str().unwrap_or_else(|| panic!("{} has no {key}", package["name"])).to_owned()
}

fn list(package: &Value, key: &str) -> Vec<String> {
    let values = package[key].as_array().expect("a list").iter();
    values.map(|value| value.as_str().expect("a text").to_owned()).collect()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn folder(name: &str) -> PathBuf {
    root().join("crates").join(name)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository").to_owned()
}
