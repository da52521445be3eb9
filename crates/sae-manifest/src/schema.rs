//! The JSON Schema of manifests for editors, from the same keys as the checks.

use serde_json::{Map, Value as Json, json};

use crate::keys::{self, Key, Role};
use crate::shape::{Field, Shape};
use crate::value::UNCHANGED;

/// The JSON Schema of manifests as a text, for editors and validators.
pub fn schema() -> String {
    let listener = |slb: &mut Json, side: &str| {
        let place = format!("/properties/{side}/items");
        if let Some(listener) = slb.pointer_mut(&place) {
            *listener = ruled(listener.take(), listener_rules());
        }
    };
    let mut slb = ruled(described(object(properties(&keys::slb()), &[]), SLB), slb_rules());
    listener(&mut slb, "internet");
    listener(&mut slb, "intranet");
    let mut application = properties(&keys::application());
    application.insert("slb".to_owned(), slb);
    for probe in ["liveness", "readiness", "startup"] {
        if let Some(probe) = application.get_mut(probe) {
            *probe = ruled(probe.take(), probe_rules());
        }
    }
    if let Some(alias) = application.get_mut("host_aliases").and_then(|aliases| aliases.pointer_mut("/items"))
    {
        *alias = ruled(alias.take(), json!({ "required": ["host_name", "ip"] }));
    }
    let application = ruled(object(application, &["name", "namespace"]), application_rules());
    let namespace = properties(&keys::namespace());
    let schema = json!({
        "title": "Manifest of sae",
        "description": MANIFEST,
        "$defs": { "namespace": object(namespace, &["id"]), "application": application, UNCHANGED: placeholder() },
    });
    format!("{:#}\n", ruled(schema, manifest_rules()))
}

fn properties(keys: &[Key]) -> Map<String, Json> {
    let property = |key: &Key| {
        let note = match key.role {
            Role::Fixed => " Can't change after the application is created.",
            Role::Later => " Only deployments take it: a new application is deployed a second time.",
            Role::Aside => " Sent with other changes; no difference by itself.",
            Role::Name | Role::Settled => "",
        };
        let name = key.field.key.as_str();
        let other = TEXTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
        let doc = in_keys(other.unwrap_or(key.doc), keys);
        (name.to_owned(), described(field(&key.field, json!({ "minLength": 1 })), &format!("{doc}{note}")))
    };
    keys.iter().map(property).collect()
}

/// Replaces names of parameters in backquotes by keys.
fn in_keys(text: &str, keys: &[Key]) -> String {
    let named = |word: &str| {
        let key = keys.iter().find(|key| key.field.wire == [word]);
        key.map_or(word, |key| key.field.key.as_str()).to_owned()
    };
    let quoted = |(at, part): (usize, &str)| {
        if at % 2 == 0 {
            return part.to_owned();
        }
        let words = part.split_inclusive(|c: char| !c.is_alphanumeric()).map(|word| {
            let name = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            word.replacen(name, &named(name), 1)
        });
        words.collect()
    };
    text.split('`').enumerate().map(quoted).collect::<Vec<_>>().join("`")
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

/// Adds a description to a schema.
fn ruled(mut schema: Json, rules: Json) -> Json {
    if let (Json::Object(members), Json::Object(rules)) = (&mut schema, rules) {
        members.extend(rules);
    }
    schema
}

fn field(field: &Field, text_rules: Json) -> Json {
    let mut schema = of_shape(&field.shape);
    if field.shape == Shape::Text {
        schema = ruled(schema, text_rules);
    }
    if let Some(rule) = field.rule {
        schema = ruled(schema, rule.schema());
    }
    if field.secret { json!({ "anyOf": [schema, unchanged()] }) } else { schema }
}

fn of_shape(shape: &Shape) -> Json {
    match shape.plain() {
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Int => integer(),
        Shape::Text => json!({ "type": "string" }),
        Shape::List(item) => json!({ "type": "array", "items": of_shape(item) }),
        Shape::Map => json!({ "type": "object", "additionalProperties": text_like() }),
        Shape::Env => json!({
            "type": "object",
            "propertyNames": { "pattern": "^[^=\\s\\p{C}]+$" },
            "additionalProperties": { "anyOf": [text_like(), marked(), reference("secret"), reference("config_map"), unchanged()] },
        }),
        Shape::Table(fields) => {
            object(fields.iter().map(|inner| (inner.key.clone(), field(inner, json!({})))), &[])
        }
        Shape::InText(inner) => of_shape(inner),
    }
}

fn integer() -> Json {
    json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX })
}

fn text_like() -> Json {
    json!({ "type": ["string", "number", "boolean"] })
}

fn reference(source: &str) -> Json {
    let properties =
        Map::from_iter([(source.to_owned(), integer()), ("key".to_owned(), json!({ "type": "string" }))]);
    object(properties, &[source])
}

/// A variable that can be marked as secret.
fn marked() -> Json {
    let properties = [("value", text_like()), ("secret", json!({ "type": "boolean" }))];
    object(properties.map(|(name, schema)| (name.to_owned(), schema)), &["value"])
}

fn placeholder() -> Json {
    object(Map::from_iter([(UNCHANGED.to_owned(), json!({ "const": true }))]), &[UNCHANGED])
}

fn unchanged() -> Json {
    json!({ "$ref": "#/$defs/unchanged" })
}

fn manifest_rules() -> Json {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "$schema": { "type": "string" },
            "namespace": {
                "anyOf": [{ "$ref": "#/$defs/namespace" }, { "type": "array", "items": { "$ref": "#/$defs/namespace" } }]
            },
            "application": {
                "anyOf": [{ "$ref": "#/$defs/application" }, { "type": "array", "items": { "$ref": "#/$defs/application" } }]
            }
        },
        "additionalProperties": false,
        "anyOf": [
            { "required": ["namespace"], "properties": { "namespace": { "minItems": 1 } } },
            { "required": ["application"], "properties": { "application": { "minItems": 1 } } }
        ]
    })
}

fn application_rules() -> Json {
    json!({
        "if": { "properties": { "auto_config": { "const": true } }, "required": ["auto_config"] },
        "then": { "properties": { "namespace": { "pattern": "^[^:]*$" } } }
    })
}

fn slb_rules() -> Json {
    json!({
        "dependentSchemas": {
            "internet_slb_id": { "required": ["internet"], "properties": { "internet": { "minItems": 1 } } },
            "internet_slb_charge_type": { "required": ["internet"], "properties": { "internet": { "minItems": 1 } } },
            "intranet_slb_id": { "required": ["intranet"], "properties": { "intranet": { "minItems": 1 } } },
            "intranet_slb_charge_type": { "required": ["intranet"], "properties": { "intranet": { "minItems": 1 } } }
        }
    })
}

fn probe_rules() -> Json {
    json!({
        "anyOf": [
            { "maxProperties": 0 },
            { "oneOf": [{ "required": ["command"] }, { "required": ["http"] }, { "required": ["tcp"] }] }
        ]
    })
}

fn listener_rules() -> Json {
    json!({
        "required": ["port", "target"],
        "dependentSchemas": {
            "certificate": { "required": ["protocol"], "properties": { "protocol": { "const": "HTTPS" } } }
        }
    })
}

const MANIFEST: &str = "The desired state of namespaces and applications of SAE. Settings that aren't mentioned are left unchanged; a table or list that \
    is mentioned is complete, except `slb`, whose keys are independent.";
const SLB: &str = "Load balancers of the application. A side that isn't mentioned is left unchanged.";

/// Keys that differ from the request, with their description.
const TEXTS: &[(&str, &str)] = &[
    (
        "auto_config",
        "Whether SAE chooses the network. If so, `VpcId`, `VSwitchId` and `SecurityGroupId` are ignored, and the namespace must be \
         the default one of a region.",
    ),
    (
        "custom_image_network_type",
        "Kind of custom image: `internet` for a public one, `intranet` for a private one.",
    ),
    (
        "id",
        "ID of the namespace: region, colon, name, at most 32 characters. The name consists of lower-case letters and digits.",
    ),
    ("internet", "Listeners on a public SLB instance; an empty list unbinds it."),
    ("intranet", "Listeners on a private SLB instance; an empty list unbinds it."),
    ("replicas", "Number of instances."),
    ("update_strategy", "How the new version is rolled out."),
];
