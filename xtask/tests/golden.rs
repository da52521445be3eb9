//! Tiny, nasty specs, and the code that they become.
//!
//! Each folder of `golden/` holds a `spec/` and what is `expected/` of it; `golden_compiles.rs` compiles the latter, so it is Rust
//! in files and no snapshot. With `INSTA_UPDATE=always`, as for snapshots, what comes out now is written: review the difference.

#![expect(clippy::panic, clippy::unwrap_used, reason = "the helpers of a test fail as it does")]

use std::path::Path;

use similar::TextDiff;
use xtask::codegen::generate;
use xtask::file_tree;

#[test]
fn specs_become_what_is_expected() {
    for case in ["names", "shapes", "wire"] {
        check(case);
    }
}

fn check(case: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(case);
    let spec = file_tree::read(&folder.join("spec")).unwrap();
    let generated = generate(&spec).unwrap_or_else(|error| panic!("{case}: {error}"));
    let folder = folder.join("expected");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        file_tree::write(&folder, &generated).unwrap();
        return;
    }
    let expected = file_tree::read(&folder).unwrap();
    let mut difference = String::new();
    for name in expected.keys().chain(generated.keys().filter(|name| !expected.contains_key(*name))) {
        let text =
            |tree: &file_tree::Tree| String::from_utf8(tree.get(name).cloned().unwrap_or_default()).unwrap();
        let (old, new) = (text(&expected), text(&generated));
        if old != new {
            let (before, after) = (format!("{case}/expected/{name}"), format!("{case}, generated"));
            let diff = TextDiff::from_lines(&old, &new);
            difference.push_str(&diff.unified_diff().header(&before, &after).to_string());
        }
    }
    assert!(difference.is_empty(), "\n{difference}INSTA_UPDATE=always writes what comes out now");
}
