//! Checks that clients of every generation can read the numbers in answers.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use serde_json::Value;

use super::Answer;

/// Fails on a number that a field of the documents can't hold. Clients of 2019 read whole numbers, with 32 bits where
/// the documents call them `Integer`. Fields that are a `float` wherever the spec has them came later.
pub fn check(answer: &Answer) {
    if let Ok(json) = serde_json::from_str(&answer.body) {
        walk("", &json, &mut |name, number| {
            let is = |kind: &str| is(kind, name);
            let is_float = is(SHARES) || is("float") && !is("integer") && !is("long");
            assert!(is_float || !number.is_f64(), "{name} is {number}: {}", answer.body);
            let is_short = is("integer") && !is("long");
            let fits = number.as_i64().is_some_and(|number| i32::try_from(number).is_ok());
            assert!(fits || !is_short, "{name} is {number}, and an integer by the spec: {}", answer.body);
        });
    }
}

fn walk(name: &str, json: &Value, look: &mut dyn FnMut(&str, &serde_json::Number)) {
    match json {
        Value::Number(number) => look(name, number),
        Value::Array(items) => items.iter().for_each(|item| walk(name, item, look)),
        // The members of a map of numbers have names that the spec doesn't know.
        Value::Object(members) if is(SHARES, name) => {
            members.values().for_each(|value| walk(name, value, look));
        }
        Value::Object(members) => members.iter().for_each(|(name, value)| walk(name, value, look)),
        _ => {}
    }
}

fn is(kind: &str, name: &str) -> bool {
    TYPES.get(name).is_some_and(|types| types.contains(kind))
}

/// The type of a map of fractions.
const SHARES: &str = "{float}";

/// The types that the spec gives to fields with this name, including those of 2019.
static TYPES: LazyLock<BTreeMap<String, BTreeSet<String>>> = LazyLock::new(|| {
    let mut types = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../api-spec"), &mut types);
    types
});

fn read(folder: &Path, types: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, types);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            note(&std::fs::read_to_string(path).unwrap().parse::<toml::Table>().unwrap(), types);
        }
    }
}

/// Each table with a name and a type. Parameters have the names of the fields that return them.
fn note(table: &toml::Table, types: &mut BTreeMap<String, BTreeSet<String>>) {
    if let (Some(name), Some(kind)) = (table.get("name"), table.get("type")) {
        let kinds = types.entry(name.as_str().unwrap().to_owned()).or_default();
        kinds.insert(kind.as_str().unwrap().to_owned());
    }
    for value in table.values() {
        match value {
            toml::Value::Table(table) => note(table, types),
            toml::Value::Array(items) => {
                items.iter().filter_map(|item| item.as_table()).for_each(|one| note(one, types));
            }
            _ => {}
        }
    }
}
