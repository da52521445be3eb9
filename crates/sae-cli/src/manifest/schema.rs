//! The JSON Schema of manifests, for editors: the same keys that a manifest is checked with.

use serde_json::{Map, Value as Json, json};

use super::keys::{self, Key};
use super::shape::{Field, Shape};
use super::value::UNCHANGED;

/// The schema as a text.
pub fn text() -> String {
    let slb = object(&keys::slb());
    let mut application = object(&keys::application());
    application["properties"]["slb"] = slb;
    application["properties"]["slb"]["description"] =
        json!("Load balancers that the application is reached through. A side without listeners is unbound.");
    application["required"] = json!(["name", "namespace"]);
    let mut namespace = object(&keys::namespace());
    namespace["required"] = json!(["id"]);
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Manifest of sae",
        "description": "Namespaces and applications of SAE as they are to be. What isn't said stays as it is.",
        "type": "object",
        "properties": {
            "$schema": { "type": "string" },
            "namespace": { "type": "array", "items": namespace },
            "application": { "type": "array", "items": application },
        },
        "additionalProperties": false,
    });
    format!("{schema:#}\n")
}

fn object(keys: &[Key]) -> Json {
    let mut properties = Map::new();
    for key in keys {
        let mut schema = field(&key.field);
        schema["description"] = json!(key.doc);
        properties.insert(key.field.key.clone(), schema);
    }
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
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
        Shape::Table(fields) => {
            let properties: Map<_, _> =
                fields.iter().map(|inner| (inner.key.clone(), field(inner))).collect();
            json!({ "type": "object", "properties": properties, "additionalProperties": false })
        }
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
    json!({ "type": "object", "properties": properties, "required": [source], "additionalProperties": false })
}

fn placeholder() -> Json {
    let properties = Map::from_iter([(UNCHANGED.to_owned(), json!({ "const": true }))]);
    json!({ "type": "object", "properties": properties, "required": [UNCHANGED], "additionalProperties": false })
}
