//! The spec against metadata: what differs is told, what is new gets a skeleton, what is meant is recorded.
//!
//! Each folder of `import/` but `base` and `program` is a case: its `api-spec/` and `meta/` stand over those of `base`, and
//! `expected.snap` is what the comparison says, with the skeletons behind it. A case with a folder `docs/` is compared with the
//! descriptions there instead of the metadata.

#![expect(clippy::panic, clippy::unwrap_used, reason = "the helpers of a test fail as it does")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use xtask::codegen::generate;
use xtask::file_tree::{self, Tree};
use xtask::import::{self, Error, Options, Report, Source, compare, compare_docs};

#[test]
fn differences_are_told() {
    let mut cases: Vec<_> = fs::read_dir(folder("")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases.iter().filter(|case| !case.ends_with("base") && !case.ends_with("program")) {
        check(case);
    }
}

#[test]
fn a_skeleton_waits_for_a_person() {
    let (spec, metadata) = case(&folder("new_operations"));
    let skeletons = compare(&spec, &metadata).unwrap().skeletons;
    let (path, skeleton) = skeletons.iter().find(|(path, _)| path.ends_with("find_things.toml")).unwrap();
    let skeleton = std::str::from_utf8(skeleton).unwrap();
    let (spec, _) = case(&folder("base"));
    let waiting = path.strip_prefix("api-spec/").unwrap();
    let in_a_group = waiting.replace("unsorted", "things");
    let with = |place: &str, text: &str| {
        let mut spec = spec.clone();
        spec.insert(place.to_owned(), text.as_bytes().to_owned());
        spec
    };
    for (place, expected) in [
        (waiting, "folder \"unsorted\" is not listed in groups"),
        (&in_a_group, "operation FindThings: key \"summary\" is empty"),
        (&in_a_group, "operation FindThings: unknown effect \"\""),
        (&in_a_group, "parameter Page: key \"doc\" is empty"),
    ] {
        let said = generate(&with(place, skeleton)).unwrap_err().to_string();
        assert!(said.contains(expected), "{expected} is not in:\n{said}");
    }

    let filled = skeleton
        .replace("summary = \"\"", "summary = \"Finds things.\"")
        .replace("effect = \"\"", "effect = \"read\"")
        .replace("type = \"\"", "type = \"[string]\"\nstyle = \"flat\"")
        .replace("doc = \"\"", "doc = \"Not documented.\"");
    let spec = with(&in_a_group, &filled);
    generate(&spec).unwrap_or_else(|error| panic!("{error}"));
    let (_, mut metadata) = case(&folder("new_operations"));
    metadata.retain(|name, _| {
        !["Make", "Untranslated", "Waiting", "Unwanted"].iter().any(|it| name.contains(it))
    });
    assert_eq!(
        compare(&spec, &metadata).unwrap().to_string(),
        "no drift: 4 operations, 0 recorded deviations"
    );
}

#[test]
fn names_of_the_metadata_are_shown_escaped() {
    let (spec, mut metadata) = case(&folder("base"));
    let name = "Get\u{202e}\u{1b}[2JThing";
    let operation = serde_json::json!({ "name": name, "method": "GET", "pathPattern": "/x" });
    metadata.insert(format!("en-US/tiny/{name}.json"), operation.to_string().into_bytes());
    let said = compare(&spec, &metadata).unwrap().to_string();
    assert!(said.contains(r"operation Get\u{202e}\u{1b}[2JThing: new"), "{said:?}");
    assert!(!said.contains(['\u{202e}', '\u{1b}']), "{said:?}");
}

#[test]
fn a_file_that_exists_is_not_touched() {
    let root = std::env::temp_dir().join(format!("xtask-import-{}", std::process::id()));
    file_tree::write(&root, &files(&[("api-spec/a/unsorted/x.toml", "by hand")])).unwrap();
    let skeletons = files(&[("api-spec/a/unsorted/x.toml", "1"), ("api-spec/b/unsorted/y.toml", "2")]);
    let written = import::write(&root, &skeletons).unwrap();
    let again = import::write(&root, &skeletons).unwrap();
    let found = file_tree::read(&root).unwrap();
    fs::remove_dir_all(&root).unwrap();
    assert_eq!(written, ["api-spec/b/unsorted/y.toml"]);
    assert!(again.is_empty());
    let expected = [("api-spec/a/unsorted/x.toml", "by hand"), ("api-spec/b/unsorted/y.toml", "2")];
    assert_eq!(found, files(&expected));
}

#[test]
fn a_repository_is_compared_with_a_checkout() {
    let base = folder("base");
    let report = import::run(&base, &Source::Metadata(base.join("meta"))).unwrap();
    assert!(!report.is_drift(), "{report}");
    assert_eq!(report.operations, 3);
}

#[test]
fn options_are_read() {
    let options = |words: &[&str]| Options::parse(words).map(|it| (it.source, it.write));
    let meta = Source::Metadata(PathBuf::from("DIR"));
    assert_eq!(options(&["--meta", "DIR"]), Some((meta.clone(), false)));
    assert_eq!(options(&["--write", "--meta", "DIR"]), Some((meta, true)));
    let docs = Source::ApiDocs(vec![PathBuf::from("a"), PathBuf::from("b")]);
    assert_eq!(options(&["--docs", "a", "--docs", "b"]), Some((docs, false)));
    for wrong in [
        &[][..],
        &["--write"],
        &["--meta"],
        &["--meta", "a", "--meta", "b"],
        &["--meta", "a", "--docs", "b"],
        &["--docs"],
        &["DIR"],
    ] {
        assert_eq!(options(wrong), None, "{wrong:?}");
    }
}

#[test]
fn the_program_ends_as_diff_does() {
    let drift = program(&["import", "--meta", folder("program").to_str().unwrap()]);
    let said = String::from_utf8(drift.stdout).unwrap();
    assert_eq!(drift.status.code(), Some(1), "{said}");
    for line in ["operation CreateNamespace: gone: not in the metadata", "operation NoSuchOperation: new: "] {
        assert!(said.contains(line), "{line} is not in what it says");
    }
    let nothing = program(&["import", "--meta", folder("nowhere").to_str().unwrap()]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(nothing.stdout.is_empty());
    let usage = program(&["import"]);
    assert_eq!(usage.status.code(), Some(2));
    assert!(String::from_utf8(usage.stderr).unwrap().starts_with("Usage: cargo xtask"));
}

fn check(path: &Path) {
    let (spec, metadata) = case(path);
    let docs = file_tree::read(&path.join("docs")).unwrap();
    let compared = if docs.is_empty() { compare(&spec, &metadata) } else { compare_docs(&spec, &docs) };
    let said = match compared {
        Ok(report) => tell(&report),
        Err(error @ Error::Unreadable(_)) => error.to_string(),
        Err(error) => panic!("{}: {error:?}", path.display()),
    };
    insta::with_settings!({ snapshot_path => path, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("expected", said);
    });
}

fn tell(report: &Report) -> String {
    let skeletons = report
        .skeletons
        .iter()
        .map(|(path, text)| format!("\n--- {path}\n{}", String::from_utf8_lossy(text)));
    format!("{report}\n{}", skeletons.collect::<String>())
}

/// The spec and the metadata of a case.
fn case(path: &Path) -> (Tree, Tree) {
    let read = |part| {
        let mut files = file_tree::read(&folder("base").join(part)).unwrap();
        files.extend(file_tree::read(&path.join(part)).unwrap());
        files
    };
    (read("api-spec"), read("meta"))
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(name)
}

fn program(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask")).args(words).output().unwrap()
}

fn files(files: &[(&str, &str)]) -> Tree {
    files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_owned())).collect()
}
