//! The file of a new operation: what it asks for, and that nothing is asked beyond that.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as it does")]

use std::path::Path;

use xtask::codegen::generate;
use xtask::file_tree::{self, Tree};
use xtask::format::format;
use xtask::new::{self, Options, skeleton};
use xtask::spec::FileKind;

#[test]
fn a_skeleton_is_refused_until_it_is_filled_in() {
    let spec = spec();
    let (path, text) = skeleton(&spec, &options("CountThings", "tiny", "things")).unwrap();
    assert_eq!(path, "tiny-2020-01-01/things/count_things.toml");
    let with = |text: String| {
        let mut spec = spec.clone();
        spec.insert(path.clone(), text.into_bytes());
        generate(&spec)
    };
    let said = with(text.clone()).unwrap_err().to_string();
    insta::assert_snapshot!("skeleton", format!("{text}\n--- codegen says:\n{said}"));

    let mut filled = text;
    for (marked, by) in [
        ("summary = \"\"", "summary = \"Counts things.\""),
        ("method = \"\"", "method = \"GET\""),
        ("path = \"\"", "path = \"/things/count\""),
        ("effect = \"\"", "effect = \"read\""),
        ("name = \"\"", "name = \"Kind\""),
        ("type = \"\"", "type = \"string\""),
        ("doc = \"\"", "doc = \"Not documented.\""),
    ] {
        assert!(filled.contains(marked), "{marked}");
        filled = filled.replace(marked, by);
    }
    let code = with(filled).unwrap_or_else(|error| panic!("{error}"));
    assert!(code.contains_key("tiny_2020_01_01/things/count_things.rs"));
}

#[test]
fn a_skeleton_is_formatted() {
    let (path, text) = skeleton(&spec(), &options("CountThings", "tiny", "things")).unwrap();
    assert_eq!(format(FileKind::Operation, &path, &text).unwrap(), text);
}

#[test]
fn what_is_there_or_can_not_be_is_refused() {
    for (operation, service, group, expected) in [
        (
            "GetThing",
            "tiny",
            "things",
            "api-spec/tiny-2020-01-01/things/get_thing.toml describes GetThing already",
        ),
        (
            "countThings",
            "tiny",
            "things",
            "\"countThings\" is no name in upper camel case, such as ListThings",
        ),
        (
            "Count/../Things",
            "tiny",
            "things",
            "\"Count/../Things\" is no name in upper camel case, such as ListThings",
        ),
        ("CountThings", "tini", "things", "unknown service \"tini\"; expected tiny; did you mean \"tiny\"?"),
        (
            "CountThings",
            "tiny",
            "thing",
            "unknown group \"thing\"; expected things; did you mean \"things\"?",
        ),
        (
            "Shapes",
            "tiny-2020-01-01",
            "things",
            "api-spec/tiny-2020-01-01/things/shapes.toml is there already",
        ),
    ] {
        let mut spec = spec();
        spec.insert("tiny-2020-01-01/things/shapes.toml".to_owned(), Vec::new());
        let said = skeleton(&spec, &options(operation, service, group)).unwrap_err().to_string();
        assert_eq!(said, expected);
    }
}

#[test]
fn a_file_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    file_tree::write(&folder.path().join("api-spec"), &spec()).unwrap();
    let options = options("CountThings", "tiny", "things");
    let path = new::write(folder.path(), &options).unwrap();
    assert_eq!(path, "api-spec/tiny-2020-01-01/things/count_things.toml");
    let written = std::fs::read_to_string(folder.path().join(&path)).unwrap();
    assert!(written.contains("name = \"CountThings\""), "{written}");
    let again = new::write(folder.path(), &options).unwrap_err().to_string();
    assert_eq!(again, format!("{path} describes CountThings already"));
}

#[test]
fn options_are_read() {
    let expected = Some(options("A", "s", "g"));
    assert_eq!(Options::parse(&["A", "--service", "s", "--group", "g"]), expected);
    assert_eq!(Options::parse(&["--group", "g", "--service", "s", "A"]), expected);
    for wrong in [&[][..], &["A"], &["A", "--service", "s"], &["A", "B", "--service", "s", "--group", "g"]] {
        assert_eq!(Options::parse(wrong), None, "{wrong:?}");
    }
}

fn options(operation: &str, service: &str, group: &str) -> Options {
    Options::parse(&[operation, "--service", service, "--group", group]).unwrap()
}

fn spec() -> Tree {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import/base/api-spec");
    file_tree::read(&base).unwrap()
}
