//! What the README shows of the library is code that runs: each block stands in a documentation test or in an example.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::path::{Path, PathBuf};

#[test]
fn every_block_of_the_library_is_tested_somewhere() {
    let readme = read(&root().join("README.md"));
    let (_, chapter) = readme.split_once("\n## From code\n").expect("the chapter on the library");
    let (readme, _) = chapter.split_once("\n## ").expect("the next chapter");
    let blocks: Vec<_> =
        readme.split("```rust\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() > 5, "the README shows code");
    let mut places = Vec::new();
    for folder in ["crates/sae/src", "crates/sae/examples"] {
        collect(&root().join(folder), &mut places);
    }
    for block in blocks {
        let wanted = normal(block);
        assert!(places.iter().any(|place| place.contains(&wanted)), "nothing tests this block:\n{block}");
    }
}

/// Lines without indentation, marks of comments, and what documentation hides.
fn normal(text: &str) -> String {
    let mut normal = String::from("\n");
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_prefix("//!").or_else(|| line.strip_prefix("///")).unwrap_or(line).trim();
        if !line.is_empty() && !line.starts_with("# ") {
            normal.push_str(line);
            normal.push('\n');
        }
    }
    normal
}

fn collect(folder: &Path, into: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, into);
        } else {
            into.push(normal(&read(&path)));
        }
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
