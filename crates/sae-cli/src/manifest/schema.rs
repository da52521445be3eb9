//! The JSON Schema of manifests, for editors: the same keys that a manifest is checked with.

use serde_json::{Map, Value as Json, json};

use super::keys::{self, Key, Role};
use super::shape::{Field, Shape};
use super::value::UNCHANGED;

/// The schema as a text.
pub fn text() -> String {
    let mut application = properties(&keys::application());
    let slb = described(object(properties(&keys::slb()), &[]), SLB);
    application.insert("slb".to_owned(), slb);
    let application = object(application, &["name", "namespace"]);
    let namespace = object(properties(&keys::namespace()), &["id"]);
    let manifest = Map::from_iter([
        ("$schema".to_owned(), json!({ "type": "string" })),
        ("namespace".to_owned(), json!({ "type": "array", "items": namespace })),
        ("application".to_owned(), json!({ "type": "array", "items": application })),
    ]);
    let mut schema = described(object(manifest, &[]), MANIFEST);
    if let Json::Object(members) = &mut schema {
        members.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        members.insert("title".to_owned(), json!("Manifest of sae"));
    }
    format!("{schema:#}\n")
}

fn properties(keys: &[Key]) -> Map<String, Json> {
    let property = |key: &Key| {
        let note = match key.role {
            Role::Fixed => " Settled when the application is created.",
            Role::Later => " Taken by deployments alone: a new application is deployed once more for it.",
            Role::Aside => " Sent along when something changes; no difference by itself.",
            Role::Name | Role::Settled => "",
        };
        (key.field.key.clone(), described(field(&key.field), &format!("{}{note}", key.doc)))
    };
    keys.iter().map(property).collect()
}

fn object(properties: impl IntoIterator<Item = (String, Json)>, required: &[&str]) -> Json {
    json!({
        "type": "object",
        "properties": Json::from_iter(properties),
        "required": required,
        "additionalProperties": false,
    })
}

fn described(mut schema: Json, text: &str) -> Json {
    if let Json::Object(members) = &mut schema {
        members.insert("description".to_owned(), json!(text));
    }
    schema
}

fn field(field: &Field) -> Json {
    let schema = shape(&field.shape);
    if field.secret { json!({ "anyOf": [schema, placeholder()] }) } else { schema }
}

fn shape(shape_: &Shape) -> Json {
    match shape_.plain() {
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Int => json!({ "type": "integer" }),
        Shape::Text => json!({ "type": "string" }),
        Shape::List(item) => json!({ "type": "array", "items": shape(item) }),
        Shape::Map => json!({ "type": "object", "additionalProperties": text_like() }),
        Shape::Env => json!({
            "type": "object",
            "additionalProperties": { "anyOf": [text_like(), reference("secret"), reference("config_map"), placeholder()] },
        }),
        Shape::Table(fields) => object(fields.iter().map(|inner| (inner.key.clone(), field(inner))), &[]),
        Shape::InText(inner) => shape(inner),
    }
}

fn text_like() -> Json {
    json!({ "type": ["string", "number", "boolean"] })
}

fn reference(source: &str) -> Json {
    let properties = Map::from_iter([
        (source.to_owned(), json!({ "type": "integer" })),
        ("key".to_owned(), json!({ "type": "string" })),
    ]);
    object(properties, &[source])
}

fn placeholder() -> Json {
    object(Map::from_iter([(UNCHANGED.to_owned(), json!({ "const": true }))]), &[UNCHANGED])
}

const MANIFEST: &str =
    "Namespaces and applications of SAE as they are to be. What isn't said stays as it is.";
const SLB: &str =
    "Load balancers that the application is reached through. A side without listeners is unbound.";
