//! The JSON Schemas of the spec's files: an independent validator agrees with what the generator reads.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail as it does")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jsonschema::{Validator, draft7};
use serde_json::Value;
use xtask::file_tree::{self, Tree};
use xtask::format::format;
use xtask::schema;
use xtask::spec::FileKind;

#[test]
fn every_file_of_the_spec_is_valid() {
    let files = file_tree::read(&root().join("api-spec")).unwrap();
    let (checked, wrong) = check(&files);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let operations = checked.iter().filter(|path| FileKind::of(path) == Some(FileKind::Operation));
    assert_eq!(operations.count(), 314);
}

#[test]
fn what_the_generator_takes_in_its_tests_is_valid() {
    let tests = root().join("xtask/tests");
    for spec in [
        "golden/names/spec",
        "golden/shapes/spec",
        "golden/wire/spec",
        "import/base/api-spec",
        "rejected/base",
    ] {
        let files = file_tree::read(&tests.join(spec)).unwrap();
        let (checked, wrong) = check(&files);
        assert!(!checked.is_empty() && wrong.is_empty(), "{spec}:\n{}", wrong.join("\n"));
    }
}

/// What `api-spec/README.md` shows of each kind of file is such a file, with its keys in the order of `cargo xtask fmt`.
#[test]
fn the_readme_shows_files_as_they_are() {
    let readme = std::fs::read_to_string(root().join("api-spec/README.md")).unwrap();
    let blocks: Vec<&str> =
        readme.split("\n```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    for (path, start) in [
        ("a/b/c.toml", "name = "),
        ("a/errors.toml", "[[error]]"),
        ("a/service.toml", "product = "),
        ("a/deviations.toml", "[[deviation]]"),
    ] {
        let block = *blocks.iter().find(|block| block.starts_with(start)).unwrap();
        let formatted = format(FileKind::of(path).unwrap(), path, block).unwrap();
        let (_, body) = formatted.split_once('\n').unwrap();
        assert_eq!(body.trim_start_matches('\n'), block, "{path}");
        let files = Tree::from([(path.to_owned(), block.as_bytes().to_owned())]);
        let (_, wrong) = check(&files);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// Mistakes that show in one file by itself are found by its schema, so that an editor shows them.
#[test]
fn mistakes_of_a_single_file_are_found() {
    let rejected = root().join("xtask/tests/rejected");
    let found = |case: &str| !check(&file_tree::read(&rejected.join(case)).unwrap()).1.is_empty();
    let missed: Vec<_> = FOUND.iter().filter(|case| !found(case)).collect();
    assert!(missed.is_empty(), "the schemas find nothing in {missed:?}");
}

#[test]
fn every_schema_is_one_and_every_key_is_explained() {
    for kind in FileKind::ALL {
        let schema = schema::of(kind).to_value();
        assert!(draft7::meta::is_valid(&schema), "{kind:?}");
        let definitions = schema.get("definitions").and_then(Value::as_object);
        for object in definitions.into_iter().flat_map(|it| it.values()).chain([&schema]) {
            for (name, property) in object.get("properties").and_then(Value::as_object).into_iter().flatten()
            {
                assert!(property.get("description").is_some(), "{kind:?}: {name}: {property}");
            }
        }
    }
}

/// The TOML files among these, and what is wrong with them by their schemas.
fn check(files: &Tree) -> (Vec<&str>, Vec<String>) {
    let validators: BTreeMap<&str, Validator> = FileKind::ALL
        .into_iter()
        .map(|kind| (kind.name(), draft7::new(&schema::of(kind).to_value()).unwrap()))
        .collect();
    let (mut checked, mut wrong) = (Vec::new(), Vec::new());
    for (path, bytes) in files {
        let Some(kind) = FileKind::of(path) else { continue };
        checked.push(path.as_str());
        let text = String::from_utf8_lossy(bytes);
        let Ok(document) = text.parse::<toml::Table>() else {
            wrong.push(format!("{path}: no TOML"));
            continue;
        };
        let document = serde_json::to_value(document).unwrap();
        let errors = validators.get(kind.name()).unwrap().iter_errors(&document);
        wrong.extend(errors.map(|error| format!("{path}: {}: {error}", error.instance_path())));
    }
    (checked, wrong)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

const FOUND: [&str; 17] = [
    "broken_files",
    "differs",
    "empty_descriptions",
    "empty_words",
    "enum_without_values",
    "error_codes",
    "key_twice",
    "missing_keys",
    "missing_name",
    "missing_name_of_a_parameter",
    "no_errors",
    "operation_names",
    "shape_without_fields",
    "summary_without_stop",
    "unknown_key",
    "unknown_words",
    "wrong_type_of_key",
];
