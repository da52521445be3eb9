//! Every mistake in a spec is told so that a person can act on it.
//!
//! Each folder of `rejected/` but `base` breaks one rule: its files stand over those of `base`, and `expected.snap` is what the
//! generator says.

#![expect(clippy::panic, clippy::unwrap_used, reason = "the helpers of a test fail as it does")]

use std::fs;
use std::path::Path;

use xtask::codegen::{Error, generate};
use xtask::file_tree;

#[test]
fn wrong_specs_are_rejected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rejected");
    let mut cases: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() > 1, "no cases in {}", folder.display());
    for case in cases.iter().filter(|case| !case.ends_with("base")) {
        check(&folder.join("base"), case);
    }
}

#[test]
fn the_base_is_right() {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rejected/base");
    generate(&file_tree::read(&base).unwrap()).unwrap_or_else(|error| panic!("{error}"));
}

fn check(base: &Path, case: &Path) {
    let mut spec = file_tree::read(base).unwrap();
    spec.extend(file_tree::read(case).unwrap());
    spec.retain(|name, _| !name.starts_with("expected.snap"));
    let said = match generate(&spec) {
        Err(error @ Error::Spec(_)) => error.to_string(),
        Err(error) => panic!("{}: {error:?}", case.display()),
        Ok(_) => panic!("{}: accepted", case.display()),
    };
    insta::with_settings!({ snapshot_path => case, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("expected", said);
    });
}
