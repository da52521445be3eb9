//! Values as the service has them, in requests and in answers.

use serde_json::{Map, Number, Value as Json};

use crate::shape::{Field, Shape};
use crate::value::Value;

impl Value {
    /// The value in a request.
    pub fn to_wire(&self, shape: &Shape) -> Json {
        match (self, shape) {
            (value, Shape::InText(inner)) => Json::String(value.to_wire(inner).to_string()),
            (Self::Table(members), Shape::Env) => members.iter().map(variable).collect(),
            (Self::List(items), Shape::List(item)) => items.iter().map(|value| value.to_wire(item)).collect(),
            (Self::Table(members), Shape::Table(fields)) => {
                let mut out = Map::new();
                for field in fields {
                    let Some((_, value)) = members.iter().find(|(key, _)| *key == field.key) else {
                        continue;
                    };
                    let value = value.to_wire(&field.shape);
                    match field.wire.as_slice() {
                        [outer, inner] => {
                            let nested = Map::from_iter([((*inner).to_owned(), value)]);
                            out.insert((*outer).to_owned(), Json::Object(nested))
                        }
                        [name, ..] => out.insert((*name).to_owned(), value),
                        [] => None,
                    };
                }
                Json::Object(out)
            }
            (value, _) => serde_json::to_value(value).unwrap_or_default(),
        }
    }

    /// Reads a value of the service, which writes some numbers and structures as texts and capitalizes names inconsistently.
    pub fn from_wire(json: &Json, shape: &Shape) -> Option<Self> {
        match (json, shape.plain()) {
            (Json::Null, _) => None,
            (Json::String(text), _) if is_masked(text) => Some(Self::Unchanged),
            (Json::String(text), shape) if !shape.is_scalar() => Self::from_wire(
                &serde_json::from_str(text).ok().filter(|json: &Json| !json.is_string())?,
                shape,
            ),
            (json, Shape::Bool) => as_text(json)?.to_ascii_lowercase().parse().ok().map(Self::Bool),
            (json, Shape::Int) => as_text(json)?.trim().parse().ok().map(Self::Int),
            (json, Shape::Text) => Some(Self::Text(as_text(json).unwrap_or_else(|| json.to_string()))),
            (Json::Array(items), Shape::Env) => {
                Some(Self::Table(items.iter().filter_map(from_variable).collect()))
            }
            (Json::Array(items), Shape::List(item)) => {
                Some(Self::List(items.iter().filter_map(|json| Self::from_wire(json, item)).collect()))
            }
            (Json::Array(items), shape @ Shape::Table(_)) => Self::from_wire(items.first()?, shape),
            (Json::Object(members), Shape::Map) => {
                let member =
                    |(name, json): (&String, &Json)| Some((name.clone(), Self::Text(as_text(json)?)));
                Some(Self::Table(members.iter().filter_map(member).collect()))
            }
            (Json::Object(_), Shape::Table(fields)) => {
                let member = |field: &Field| {
                    let json = field.wire.iter().try_fold(json, |json, name| member(json, name))?;
                    Some((field.key.clone(), Self::from_wire(json, &field.shape)?))
                };
                Some(Self::Table(fields.iter().filter_map(member).collect()))
            }
            _ => None,
        }
    }
}

/// Whether the service masked a secret.
fn is_masked(text: &str) -> bool {
    text.len() >= 3 && text.bytes().all(|byte| byte == b'*')
}

fn as_text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn member<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    let members = json.as_object()?;
    members.get(name).or_else(|| {
        members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    })
}

/// An environment variable in a request.
fn variable((name, value): &(String, Value)) -> Json {
    let mut out = Map::from_iter([("name".to_owned(), Json::String(name.clone()))]);
    let reference = |outer: &str, id: &str, number: Option<&Value>| {
        let number = match number {
            Some(Value::Int(number)) => *number,
            _ => 0,
        };
        let mut inner = Map::from_iter([(id.to_owned(), Json::Number(Number::from(number)))]);
        if let Some(key) = value.get("key").and_then(Value::as_text) {
            inner.insert("key".to_owned(), Json::String(key.to_owned()));
        }
        Json::Object(Map::from_iter([(outer.to_owned(), Json::Object(inner))]))
    };
    if let Some(text) = value.as_text() {
        out.insert("value".to_owned(), Json::String(text.to_owned()));
    } else if let Some(id) = value.get("secret") {
        out.insert("valueFrom".to_owned(), reference("secretRef", "secretId", Some(id)));
    } else {
        out.insert("valueFrom".to_owned(), reference("configMapRef", "configMapId", value.get("config_map")));
    }
    Json::Object(out)
}

fn from_variable(json: &Json) -> Option<(String, Value)> {
    let name = as_text(member(json, "name")?)?;
    let reference = |outer: &str, id: &str, key: &str| {
        let inner = member(member(json, "valueFrom")?, outer)?;
        let number = as_text(member(inner, id)?)?.parse().ok()?;
        let mut members = vec![(key.to_owned(), Value::Int(number))];
        members
            .extend(member(inner, "key").and_then(as_text).map(|key| ("key".to_owned(), Value::Text(key))));
        Some(Value::Table(members))
    };
    let value = reference("secretRef", "secretId", "secret")
        .or_else(|| reference("configMapRef", "configMapId", "config_map"))
        .unwrap_or_else(|| {
            let text = member(json, "value").and_then(as_text).unwrap_or_default();
            if is_masked(&text) { Value::Unchanged } else { Value::Text(text) }
        });
    Some((name, value))
}
