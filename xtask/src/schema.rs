//! The JSON Schemas of the files of a spec, for editors: what the structs that read them say.

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use crate::file_tree::Tree;
use crate::spec::document::{Deviations, Errors, Operation, Service, Shapes};
use crate::spec::{self, FileKind};

/// The schema of a kind of file.
pub fn of(kind: FileKind) -> Schema {
    match kind {
        FileKind::Service => schema::<Service>(),
        FileKind::Errors => schema::<Errors>(),
        FileKind::Shapes => schema::<Shapes>(),
        FileKind::Deviations => schema::<Deviations>(),
        FileKind::Operation => schema::<Operation>(),
    }
}

/// The files of all schemas.
pub fn files() -> Tree {
    FileKind::ALL.into_iter().map(|kind| (format!("{}.json", kind.name()), text(&of(kind)))).collect()
}

/// The folder of the schemas in the repository.
pub fn folder() -> String {
    format!("{}/{}", spec::FOLDER, spec::SCHEMAS)
}

/// Draft 7, which all editors of TOML understand.
fn schema<T: JsonSchema>() -> Schema {
    // Before the others: one of them takes apart what stands beside a reference.
    let settings = SchemaSettings::draft07()
        .with(|settings| settings.transforms.insert(0, Box::new(RecursiveTransform(without_null))));
    settings.into_generator().into_root_schema_for::<T>()
}

fn text(schema: &Schema) -> Vec<u8> {
    format!("{:#}\n", schema.as_value()).into_bytes()
}

/// TOML has no null: what may be left out is left out.
fn without_null(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Value::Array(choices)) = object.get_mut("anyOf") else { return };
    choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
    if let [Value::Object(only)] = choices.as_slice() {
        let only = only.clone();
        object.remove("anyOf");
        object.extend(only);
    }
}
