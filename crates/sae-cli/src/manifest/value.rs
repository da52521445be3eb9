//! Values as a manifest has them, whether they come from one or from the service.

use sae::transport::text::redact_url;

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::{Map, Number, Value as Json};

use super::keys::PACKAGE;
use super::shape::{Field, Shape};
use crate::yaml::Texts;

/// A value under the keys of the manifest.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A secret that isn't told: what runs keeps its value.
    Unchanged,
    Bool(bool),
    Int(i64),
    Text(String),
    /// A text that the manifest marks as secret.
    Secret(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

/// Which environment variables are shown.
#[derive(Clone, Copy)]
pub enum Variables {
    /// None: nothing tells which of them are secret.
    Hidden,
    /// Those that a manifest tells and neither marks as secret nor names so.
    Told,
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Secret(text) => Some(text),
            _ => None,
        }
    }

    pub fn members(&self) -> &[(String, Self)] {
        match self {
            Self::Table(members) => members,
            _ => &[],
        }
    }

    /// The member of a table.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().find(|(known, _)| known == key).map(|(_, value)| value)
    }

    /// Without what says no more than leaving it out would: nothing at all, or what the service takes by itself.
    pub fn pruned(&self, shape: &Shape, key: &str) -> Option<Self> {
        let (value, defaults) = (self, DEFAULTS.iter().filter(|(known, _)| *known == key));
        let is_default = |text: &str| defaults.clone().any(|(_, default)| default.eq_ignore_ascii_case(text));
        match (value, shape.plain()) {
            (Self::Bool(false) | Self::Int(0), _) => None,
            (Self::Int(number), _) if is_default(&number.to_string()) => None,
            (Self::Text(text), _) if text.is_empty() || is_default(text) => None,
            (Self::List(items), Shape::List(item)) => {
                let each = |value: &Self| value.pruned(item, "").unwrap_or_else(|| value.clone());
                Some(Self::List(items.iter().map(each).collect())).filter(|_| !items.is_empty())
            }
            (Self::Table(_), Shape::Table(fields)) => {
                let kept = fields.iter().filter_map(|field| {
                    let value = value.get(&field.key)?.pruned(&field.shape, &field.key)?;
                    Some((field.key.clone(), value))
                });
                Some(Self::Table(kept.collect())).filter(|table| !table.members().is_empty())
            }
            // The names are the manifest's own, so that even an empty text behind one says something.
            (Self::Table(members), _) if members.is_empty() => None,
            (value, _) => Some(value.clone()),
        }
    }

    /// The same without marks and with the members of tables in the order of their names, to be compared.
    pub fn sorted(mut self) -> Self {
        match &mut self {
            Self::Secret(text) => return Self::Text(std::mem::take(text)),
            Self::List(items) => {
                for item in items {
                    *item = std::mem::replace(item, Self::Unchanged).sorted();
                }
            }
            Self::Table(members) => {
                for (_, value) in members.iter_mut() {
                    *value = std::mem::replace(value, Self::Unchanged).sorted();
                }
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
            }
            _ => {}
        }
        self
    }

    /// As it goes into a request.
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

    /// As the service has it. It writes numbers as texts here and structures as texts there, and begins the names of members with a
    /// capital in one place and not in another.
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

    /// The value with every secret in it replaced by the placeholder, and those of an address left out.
    pub fn hidden(&self, shape: &Shape, key: &str, secret: bool, variables: Variables) -> Self {
        match (self, shape.plain()) {
            (Self::Text(url), _) if key == PACKAGE => Self::Text(redact_url(url)),
            (Self::Table(members), Shape::Env) => {
                let member = |(name, value): &(String, Self)| {
                    let value = match (variables, value) {
                        (Variables::Hidden, Self::Text(_)) => Self::Unchanged,
                        (_, value) => value.as_variable(name),
                    };
                    (name.clone(), value)
                };
                Self::Table(members.iter().map(member).collect())
            }
            (Self::Table(members), Shape::Table(fields)) if !secret => {
                let member = |(key, value): &(String, Self)| {
                    let field = fields.iter().find(|field| field.key == *key);
                    let hidden = |field: &Field| value.hidden(&field.shape, key, field.secret, variables);
                    (key.clone(), field.map_or(Self::Unchanged, hidden))
                };
                Self::Table(members.iter().map(member).collect())
            }
            (Self::List(items), Shape::List(item)) if !secret => {
                Self::List(items.iter().map(|value| value.hidden(item, "", false, variables)).collect())
            }
            _ if secret => Self::Unchanged,
            (value, _) => value.clone(),
        }
    }

    /// The value of an environment variable as it may be shown: not if the manifest marks it as secret or its name says so, and an
    /// address without what it may grant.
    pub fn as_variable(&self, name: &str) -> Self {
        match self {
            Self::Secret(_) => Self::Unchanged,
            Self::Text(_) if is_secret_name(name) => Self::Unchanged,
            Self::Text(text) if text.contains("://") => Self::Text(redact_url(text)),
            value => value.clone(),
        }
    }

    /// Puts what runs where this is a placeholder; gathers the paths of those that nothing runs for. Where the service masks what
    /// runs, the placeholder stays.
    pub fn resolve(&mut self, live: Option<&Self>, path: &str, missing: &mut Vec<String>) {
        match self {
            Self::Unchanged => match live {
                Some(live) if !live.holds_unchanged() => live.clone_into(self),
                Some(_) => {}
                None => missing.push(path.to_owned()),
            },
            // A secret is never handed to another container, whatever takes the place of its own.
            Self::List(items) => {
                for (at, item) in items.iter_mut().enumerate() {
                    let live = item.name().and_then(|name| live?.named(name));
                    let path = item.path_in(path, at);
                    item.resolve(live, &path, missing);
                }
            }
            Self::Table(members) => {
                for (key, value) in members {
                    value.resolve(live.and_then(|live| live.get(key)), &format!("{path}.{key}"), missing);
                }
            }
            _ => {}
        }
    }

    /// What an item of a list is called, if it has a name.
    pub fn name(&self) -> Option<&str> {
        self.get("name").and_then(Self::as_text)
    }

    /// Where an item of a list is: by its name, or else by its place.
    fn path_in(&self, list: &str, at: usize) -> String {
        self.name().map_or_else(|| format!("{list}[{at}]"), |name| format!("{list}[{name}]"))
    }

    /// The items of a list.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The only item of a list that is called so.
    pub fn named(&self, name: &str) -> Option<&Self> {
        let mut found = self.items().iter().filter(|item| item.name() == Some(name));
        found.next().filter(|_| found.next().is_none())
    }

    fn holds_unchanged(&self) -> bool {
        let mut untold = Vec::new();
        self.untold("", &mut untold);
        !untold.is_empty()
    }

    /// Gathers the paths of all placeholders.
    pub fn untold(&self, path: &str, out: &mut Vec<String>) {
        match self {
            Self::Unchanged => out.push(path.to_owned()),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    item.untold(&item.path_in(path, at), out);
                }
            }
            Self::Table(members) => {
                for (key, value) in members {
                    value.untold(&format!("{path}.{key}"), out);
                }
            }
            _ => {}
        }
    }
}

impl Texts for Value {
    fn change_texts(&mut self, change: &dyn Fn(&mut String)) {
        match self {
            Self::Text(text) => change(text),
            Self::List(items) => items.iter_mut().for_each(|item| item.change_texts(change)),
            Self::Table(members) => {
                for (name, value) in members {
                    change(name);
                    value.change_texts(change);
                }
            }
            // Secrets aren't written.
            Self::Unchanged | Self::Secret(_) | Self::Bool(_) | Self::Int(_) => {}
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Unchanged | Self::Secret(_) => {
                let mut table = serializer.serialize_map(Some(1))?;
                table.serialize_entry(UNCHANGED, &true)?;
                table.end()
            }
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| list.serialize_element(item))?;
                list.end()
            }
            Self::Table(members) => {
                let mut table = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(key, value)| table.serialize_entry(key, value))?;
                table.end()
            }
        }
    }
}

/// What stands in a manifest for a secret that it doesn't tell: `{ unchanged = true }`.
pub const UNCHANGED: &str = "unchanged";

/// What the service and the Kubernetes below it take where nothing is said.
const DEFAULTS: &[(&str, &str)] = &[
    ("failure_threshold", "3"),
    ("log_type", "file_log"),
    ("period_seconds", "10"),
    ("protocol", "TCP"),
    ("scheme", "HTTP"),
    ("success_threshold", "1"),
    ("termination_grace_period_seconds", "30"),
    ("timeout_seconds", "1"),
    ("timezone", "Asia/Shanghai"),
];

/// Whether the name of a variable says that its value is secret.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

const SECRET_WORDS: &[&str] =
    &["AUTH", "CREDENTIAL", "KEY", "PASSPHRASE", "PASSWD", "PASSWORD", "PRIVATE", "PWD", "SECRET", "TOKEN"];

/// A text that the service gives in place of a secret.
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

/// A variable as the service wants it.
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
