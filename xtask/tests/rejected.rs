//! Every mistake in a spec is told so that a person can act on it.
//!
//! Each folder of `rejected/` but `base` breaks one rule: its files stand over those of `base`, and `expected.snap` is what the
//! generator says.

#![expect(clippy::panic, clippy::unwrap_used, reason = "the helpers of a test fail as it does")]

use std::fs;
use std::path::Path;

use xtask::codegen::{self, Error, generate};
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

/// Git keeps no such files, and they must not hide what is wrong in others.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_is_told_by_name() {
    use std::os::unix::fs::symlink;

    let folder = std::env::temp_dir().join(format!("xtask-unreadable-{}", std::process::id()));
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rejected/base");
    file_tree::write(&folder, &file_tree::read(&base).unwrap()).unwrap();
    let things = folder.join("tiny-2020-01-01/things");
    symlink("nowhere", things.join("a_dangling_link.toml")).unwrap();
    symlink("..", things.join("b_link_to_a_folder")).unwrap();
    symlink("/dev/null", things.join("c_device.toml")).unwrap();
    fs::write(things.join("get_thing.toml"), "name = \"GetThing\"\neffect = \"reed\"\n").unwrap();
    let said =
        codegen::generate_from(&folder).map_or_else(|error| error.to_string(), |_| "accepted".to_owned());
    fs::remove_dir_all(&folder).unwrap();
    let place = "api-spec/tiny-2020-01-01/things";
    for line in [
        format!("{place}/a_dangling_link.toml: can't be read: "),
        format!("{place}/b_link_to_a_folder: can't be read: a link to a folder, which is not followed"),
        format!("{place}/c_device.toml: can't be read: neither a file nor a folder"),
        format!("{place}/get_thing.toml:2:10: operation GetThing: unknown effect"),
    ] {
        assert!(said.contains(&line), "{line} in\n{said}");
    }
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
