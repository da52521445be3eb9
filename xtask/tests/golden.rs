//! Tiny, nasty specs, and the code that they become.
//!
//! Each folder of `golden/` holds a `spec/` and what is `expected/` of it; `golden_compiles.rs` compiles the latter. Run with
//! `UPDATE_GOLDEN=1` to write what comes out now, then review the difference.

#![expect(clippy::panic, clippy::unwrap_used, reason = "the helpers of a test fail as it does")]

use std::path::Path;

use xtask::codegen::generate;
use xtask::file_tree::{self, Difference};

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
    let expected = folder.join("expected");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        file_tree::write(&expected, &generated).unwrap();
        return;
    }
    let difference = Difference::between(&generated, &file_tree::read(&expected).unwrap());
    let files = difference.list(&format!("tests/golden/{case}/expected"));
    assert!(difference.is_empty(), "{files}run with UPDATE_GOLDEN=1 and review the difference");
}
