//! Two values, key by key.

use serde_json::json;

use super::Value;
use super::shape::{Field, Shape};
use crate::shown::shown;

/// What differs at one place.
#[derive(Debug)]
pub struct Difference {
    /// Where: `readiness.http.port`, `env.GREETING`, `host_aliases[0].ip`.
    pub path: String,
    before: Option<Value>,
    after: Option<Value>,
}

/// Adds what differs between what runs and what is wanted. What the service would take by itself is no difference; nor is a secret
/// that either side doesn't tell.
pub fn differences(
    field: &Field,
    path: &str,
    live: Option<&Value>,
    wanted: &Value,
    out: &mut Vec<Difference>,
) {
    let compared = Compared { path, shape: field.shape.plain(), key: &field.key, secret: field.secret };
    compared.gather(live, Some(wanted), out);
}

#[derive(Clone, Copy)]
struct Compared<'a> {
    path: &'a str,
    shape: &'a Shape,
    key: &'a str,
    secret: bool,
}

impl Compared<'_> {
    fn gather(self, live: Option<&Value>, wanted: Option<&Value>, out: &mut Vec<Difference>) {
        if matches!(live, Some(Value::Unchanged)) || matches!(wanted, Some(Value::Unchanged)) {
            return;
        }
        let pruned = |value: Option<&Value>| value?.pruned(self.shape, self.key).map(Value::sorted);
        let (before, after) = (pruned(live), pruned(wanted));
        if before == after {
            return;
        }
        let inner = |value: &Option<Value>| match (value, self.shape) {
            (Some(Value::Table(members)), _) if !members.is_empty() => true,
            (Some(Value::List(items)), Shape::List(item)) => !item.is_scalar() && !items.is_empty(),
            _ => false,
        };
        let is_opened = !self.secret && (inner(&before) || inner(&after)) || *self.shape == Shape::Env;
        match self.shape {
            Shape::Table(fields) if is_opened => {
                for field in fields {
                    let path = format!("{}.{}", self.path, field.key);
                    let (live, wanted) = (member(live, &field.key), member(wanted, &field.key));
                    let compared = Compared {
                        path: &path,
                        shape: field.shape.plain(),
                        key: &field.key,
                        secret: field.secret,
                    };
                    compared.gather(live, wanted, out);
                }
            }
            Shape::Map | Shape::Env if is_opened => {
                let names = members(wanted)
                    .iter()
                    .chain(members(live).iter().filter(|(name, _)| member(wanted, name).is_none()));
                for (name, _) in names {
                    let path = format!("{}.{name}", self.path);
                    let (live, wanted) = (member(live, name), member(wanted, name));
                    self.named(path, live, wanted, out);
                }
            }
            Shape::List(item) if is_opened => {
                for at in 0..items(live).len().max(items(wanted).len()) {
                    let path = format!("{}[{at}]", self.path);
                    let (live, wanted) = (items(live).get(at), items(wanted).get(at));
                    let compared = Compared { path: &path, shape: item.plain(), key: "", secret: false };
                    if live.is_some() && wanted.is_some() {
                        compared.gather(live, wanted, out);
                    } else {
                        compared.whole(live, wanted, out);
                    }
                }
            }
            _ => self.whole(live, wanted, out),
        }
    }

    /// A variable or a label: even an empty text is one.
    fn named(self, path: String, live: Option<&Value>, wanted: Option<&Value>, out: &mut Vec<Difference>) {
        let untold = |value: Option<&Value>| matches!(value, Some(Value::Unchanged));
        let is_same = match (live, wanted) {
            (Some(live), Some(wanted)) => live.clone().sorted() == wanted.clone().sorted(),
            _ => false,
        };
        if is_same || (untold(wanted) && live.is_some()) || (untold(live) && wanted.is_some()) {
            return;
        }
        let is_secret =
            |value: Option<&Value>| *self.shape == Shape::Env && !matches!(value, Some(Value::Table(_)));
        let hidden = |value: Option<&Value>| {
            value.map(|shown| if is_secret(value) { Value::Unchanged } else { shown.clone() })
        };
        out.push(Difference { path, before: hidden(live), after: hidden(wanted) });
    }

    fn whole(self, live: Option<&Value>, wanted: Option<&Value>, out: &mut Vec<Difference>) {
        let hidden = |value: Option<&Value>| value.map(|value| value.hidden(self.shape, self.secret));
        let empty = |value: &Value| match value {
            Value::List(items) => items.is_empty(),
            Value::Table(members) => members.is_empty(),
            Value::Text(text) => text.is_empty(),
            _ => false,
        };
        let (before, after) =
            (hidden(live.filter(|value| !empty(value))), hidden(wanted.filter(|value| !empty(value))));
        out.push(Difference { path: self.path.to_owned(), before, after });
    }
}

impl Difference {
    /// A difference between two texts.
    pub fn of_texts(path: &str, before: &str, after: &str) -> Self {
        let text = |text| Some(Value::text(text));
        Self { path: path.to_owned(), before: text(before), after: text(after) }
    }

    /// `+`, `-` or `~`.
    pub const fn mark(&self) -> char {
        match (&self.before, &self.after) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        }
    }

    /// One line for a person.
    pub fn line(&self) -> String {
        let path = shown(&self.path);
        match (&self.before, &self.after) {
            (Some(before), Some(Value::Unchanged)) if *before == Value::Unchanged => {
                format!("~ {path}: (secret) -> another (secret)")
            }
            (Some(before), Some(after)) => format!("~ {path}: {} -> {}", text(before), text(after)),
            (None, Some(after)) => format!("+ {path}: {}", text(after)),
            (Some(before), None) => format!("- {path}: {}", text(before)),
            (None, None) => format!("~ {path}"),
        }
    }

    /// The same for programs.
    pub fn json(&self) -> serde_json::Value {
        let action = match self.mark() {
            '+' => "add",
            '-' => "remove",
            _ => "change",
        };
        let secret =
            [&self.before, &self.after].into_iter().flatten().any(|value| *value == Value::Unchanged);
        let value = |value: &Option<Value>| match value {
            Some(Value::Unchanged) | None => serde_json::Value::Null,
            Some(value) => json!(value),
        };
        json!({
            "path": self.path,
            "action": action,
            "secret": secret,
            "before": value(&self.before),
            "after": value(&self.after),
        })
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::Unchanged => SECRET.to_owned(),
        Value::Text(text) if text.is_empty() => "\"\"".to_owned(),
        Value::Text(text) => shown(text).into_owned(),
        value => {
            let placeholder = serde_json::json!(Value::Unchanged).to_string();
            let json = serde_json::to_string(value).unwrap_or_default();
            shown(&json.replace(&placeholder, SECRET)).into_owned()
        }
    }
}

fn members(value: Option<&Value>) -> &[(String, Value)] {
    value.map_or(&[], Value::members)
}

fn member<'a>(value: Option<&'a Value>, key: &str) -> Option<&'a Value> {
    value.and_then(|value| value.get(key))
}

fn items(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::List(items)) => items,
        _ => &[],
    }
}

const SECRET: &str = "(secret)";
