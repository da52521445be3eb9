//! Compares two values key by key.

use sae::transport::text::{SECRET, escape_control};

use serde_json::json;

use crate::mask::Variables;
use crate::shape::{Field, Shape};
use crate::value::Value;

/// A difference between the present and the wanted value of a setting. Secrets are masked.
#[derive(Debug)]
pub struct Difference {
    pub(crate) path: String,
    before: Option<Value>,
    after: Option<Value>,
}

/// Collects the differences between the present and the wanted value. Defaults of the service and unknown secrets are no differences.
/// For a new value, everything is listed.
pub fn differences(
    field: &Field,
    path: &str,
    live: Option<&Value>,
    wanted: &Value,
    new: bool,
    out: &mut Vec<Difference>,
) {
    Compared::of(field, path, new).gather(live, Some(wanted), out);
}

#[derive(Clone, Copy)]
struct Compared<'a> {
    path: &'a str,
    shape: &'a Shape,
    key: &'a str,
    secret: bool,
    new: bool,
}

impl<'a> Compared<'a> {
    fn of(field: &'a Field, path: &'a str, new: bool) -> Self {
        Self { path, shape: field.shape.plain(), key: &field.key, secret: field.secret, new }
    }

    fn gather(self, live: Option<&Value>, wanted: Option<&Value>, out: &mut Vec<Difference>) {
        if is_write_only(live, wanted) {
            return;
        }
        let pruned = |value: Option<&Value>| {
            if self.new { value.cloned() } else { value?.pruned(self.shape, self.key) }.map(Value::sorted)
        };
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
                    Compared::of(field, &path, self.new).gather(live, wanted, out);
                }
            }
            Shape::Map | Shape::Env if is_opened => {
                let names = members(wanted)
                    .iter()
                    .chain(members(live).iter().filter(|(name, _)| member(wanted, name).is_none()));
                for (name, _) in names {
                    let path = format!("{}.{name}", self.path);
                    let (live, wanted) = (member(live, name), member(wanted, name));
                    self.named(name, path, live, wanted, out);
                }
            }
            Shape::List(item) if is_opened => self.listed(item.plain(), live, wanted, out),
            _ => self.whole(live, wanted, out),
        }
    }

    /// Compares named items by name, others by position.
    fn listed(self, shape: &Shape, live: Option<&Value>, wanted: Option<&Value>, out: &mut Vec<Difference>) {
        let (before, after) = (items(live), items(wanted));
        let mut one = |place: &str, live: Option<&Value>, wanted: Option<&Value>| {
            let path = format!("{}[{place}]", self.path);
            let compared = Compared { path: &path, shape, key: "", secret: false, new: self.new };
            if live.is_some() && wanted.is_some() {
                compared.gather(live, wanted, out);
            } else {
                compared.whole(live, wanted, out);
            }
        };
        let (Some(names), Some(others)) = (names(after), names(before)) else {
            for at in 0..before.len().max(after.len()) {
                one(&at.to_string(), before.get(at), after.get(at));
            }
            return;
        };
        let gone = others.iter().filter(|name| !names.contains(name));
        for name in names.iter().chain(gone) {
            one(name, live.and_then(|live| live.named(name)), wanted.and_then(|wanted| wanted.named(name)));
        }
        // Containers start in their order.
        let kept = |these: &[&str], those: &[&str]| -> Vec<Value> {
            these.iter().filter(|name| those.contains(name)).map(|name| Value::text(*name)).collect()
        };
        let (before, after) = (kept(&others, &names), kept(&names, &others));
        if before != after {
            let (before, after) = (Some(Value::List(before)), Some(Value::List(after)));
            out.push(Difference { path: self.path.to_owned(), before, after });
        }
    }

    /// An empty variable or label counts as a value.
    fn named(
        self,
        name: &str,
        path: String,
        live: Option<&Value>,
        wanted: Option<&Value>,
        out: &mut Vec<Difference>,
    ) {
        let is_same = match (live, wanted) {
            (Some(live), Some(wanted)) => live.clone().sorted() == wanted.clone().sorted(),
            _ => false,
        };
        if is_same || is_write_only(live, wanted) {
            return;
        }
        // A variable that the manifest marks as secret was secret before; an unnamed one may be.
        let is_variable = *self.shape == Shape::Env;
        let is_marked = is_variable && matches!(wanted, None | Some(Value::Secret(_)));
        let shown = |value: &Value| match value {
            Value::Text(_) if is_marked => Value::Unchanged,
            value if is_variable => value.as_variable(name),
            value => value.clone(),
        };
        out.push(Difference { path, before: live.map(shown), after: wanted.map(shown) });
    }

    fn whole(self, live: Option<&Value>, wanted: Option<&Value>, out: &mut Vec<Difference>) {
        let hidden = |value: Option<&Value>, variables| {
            value.map(|value| value.hidden(self.shape, self.key, self.secret, variables))
        };
        let empty = |value: &Value| match value {
            Value::List(items) => items.is_empty(),
            Value::Table(members) => members.is_empty(),
            Value::Text(text) => text.is_empty(),
            _ => false,
        };
        let before = hidden(live.filter(|value| !empty(value)), Variables::Hidden);
        let after = hidden(wanted.filter(|value| !empty(value)), Variables::Plain);
        if before.is_some() || after.is_some() {
            out.push(Difference { path: self.path.to_owned(), before, after });
        }
    }
}

impl Difference {
    /// A difference between two texts.
    pub(crate) fn of_texts(path: &str, before: &str, after: &str) -> Self {
        let text = |text| Some(Value::text(text));
        Self { path: path.to_owned(), before: text(before), after: text(after) }
    }

    /// The path of the setting: `readiness.http.port`, `env.GREETING`, `host_aliases[0].ip`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The present value as text; nothing if there is none.
    pub fn before(&self) -> Option<String> {
        self.before.as_ref().map(text)
    }

    /// The wanted value as text; nothing if it is removed.
    pub fn after(&self) -> Option<String> {
        self.after.as_ref().map(text)
    }

    /// `+`, `-` or `~`.
    const fn mark(&self) -> char {
        match (&self.before, &self.after) {
            (None, _) => '+',
            (_, None) => '-',
            _ => '~',
        }
    }

    /// One line for a person.
    pub(crate) fn line(&self) -> String {
        let path = escape_control(&self.path);
        match (&self.before, &self.after) {
            (Some(before), Some(after)) if before == after => {
                format!("~ {path}: {} -> another {SECRET}", text(before))
            }
            (Some(before), Some(after)) => format!("~ {path}: {} -> {}", text(before), text(after)),
            (None, Some(after)) => format!("+ {path}: {}", text(after)),
            (Some(before), None) => format!("- {path}: {}", text(before)),
            (None, None) => format!("~ {path}"),
        }
    }

    /// The same as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        let action = match self.mark() {
            '+' => "add",
            '-' => "remove",
            _ => "change",
        };
        let hides = |value: &Option<Value>| *value == Some(Value::Unchanged);
        let secret = hides(&self.before) || hides(&self.after) || self.before == self.after;
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
        Value::Unchanged | Value::Secret(_) => SECRET.to_owned(),
        Value::Text(text) if text.is_empty() => "\"\"".to_owned(),
        Value::Text(text) => escape_control(text).into_owned(),
        value => {
            let placeholder = serde_json::json!(Value::Unchanged).to_string();
            let json = serde_json::to_string(value).unwrap_or_default();
            escape_control(&json.replace(&placeholder, SECRET)).into_owned()
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
    value.map_or(&[], Value::items)
}

/// The names of all items, if they are unique.
fn names(items: &[Value]) -> Option<Vec<&str>> {
    let names: Vec<_> = items.iter().map(Value::name).collect::<Option<_>>()?;
    let own = |(at, name): (usize, &&str)| !names.iter().take(at).any(|other| other == name);
    names.iter().enumerate().all(own).then_some(names)
}

/// Whether both have a value and one of them is unknown.
fn is_write_only(live: Option<&Value>, wanted: Option<&Value>) -> bool {
    let (Some(live), Some(wanted)) = (live, wanted) else { return false };
    *live == Value::Unchanged || *wanted == Value::Unchanged
}
