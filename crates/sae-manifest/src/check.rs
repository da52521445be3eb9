//! Checks a document against the keys of manifests.

use crate::document::{Content, Key as Name, Node};
use crate::entry::Entry;
use crate::finding::{Finding, Place};
use crate::hints::did_you_mean;
use crate::keys::{self, Key};
use crate::shape::{Field, Shape};
use crate::value::UNCHANGED;
use crate::value::Value;
use sae::transport::text::is_hidden;

/// Collects the mistakes of a document. Messages quote a value only if it has a rule: such values are never secret.
pub struct Check<'a> {
    file: &'a str,
    pub mistakes: Vec<Finding>,
    /// Number of mistakes in the structure, which leave no value.
    unread: usize,
}

impl<'a> Check<'a> {
    pub const fn new(file: &'a str) -> Self {
        Self { file, mistakes: Vec::new(), unread: 0 }
    }

    /// The namespaces and the applications of a manifest.
    pub fn manifest(&mut self, document: &Node) -> (Vec<Entry>, Vec<Entry>) {
        let (mut namespaces, mut applications) = (Vec::new(), Vec::new());
        let sections = match &document.value {
            Content::Table(sections) => sections.as_slice(),
            Content::Null => &[],
            other => {
                self.wrong(document.place, format!("a manifest is a table, not {}", other.kind()));
                &[]
            }
        };
        let (namespace, application, slb) = (keys::namespace(), keys::application(), keys::slb());
        for (name, node) in sections {
            match name.name.as_str() {
                "namespace" => {
                    let entries =
                        self.entries("namespace", node, |check, node| check.namespace(node, &namespace));
                    namespaces.extend(entries);
                }
                "application" => {
                    let entries = self.entries("application", node, |check, node| {
                        check.application(node, &application, &slb)
                    });
                    applications.extend(entries);
                }
                // Editors read the URL of the schema there.
                "$schema" => drop(self.shaped("$schema", node, &Shape::Text)),
                _ => self.unknown("a manifest", name, &[], &["namespace", "application"]),
            }
        }
        (namespaces, applications)
    }

    fn entries(
        &mut self,
        word: &str,
        node: &Node,
        mut read: impl FnMut(&mut Self, &Node) -> Option<Value>,
    ) -> Vec<Entry> {
        let items = match &node.value {
            Content::List(items) => items.as_slice(),
            Content::Table(_) => std::slice::from_ref(node),
            other => {
                let message = format!("{word} takes a list of tables, not {}", other.kind());
                self.wrong(node.place, message);
                &[]
            }
        };
        let mut entries = Vec::new();
        for item in items {
            let unread = self.unread;
            if let Some(value) = read(self, item) {
                let places = members(item).iter().map(|(name, _)| (name.name.clone(), name.place)).collect();
                let is_whole = self.unread == unread;
                let file = self.file.to_owned();
                entries.push(Entry { file, place: item.place, places, is_whole, value });
            }
        }
        entries
    }

    fn namespace(&mut self, node: &Node, keys: &[Key]) -> Option<Value> {
        let value = self.keyed("namespace", node, keys, &[])?;
        self.needs("namespace", node, &["id"]);
        Some(value)
    }

    fn application(&mut self, node: &Node, keys: &[Key], slb: &[Key]) -> Option<Value> {
        let value = self.keyed("application", node, keys, slb)?;
        self.needs("application", node, &["name", "namespace"]);
        if let Some(slb) = member(node, "slb") {
            self.sides(slb);
        }
        for probe in ["liveness", "readiness", "startup"] {
            if let Some(node) = member(node, probe) {
                self.probe(&format!("application.{probe}"), node, value.get(probe));
            }
        }
        if let Some(aliases) = member(node, "host_aliases") {
            self.items_need("application.host_aliases", aliases, &["host_name", "ip"]);
        }
        if value.get("auto_config") == Some(&Value::Bool(true))
            && value.get("namespace").and_then(Value::as_text).is_some_and(|id| id.contains(':'))
        {
            let message = "application.auto_config uses the default namespace of the region: \
                           name that one, as in cn-hangzhou";
            self.wrong(place_of(node, "auto_config"), message.to_owned());
        }
        Some(value)
    }

    fn needs(&mut self, word: &str, node: &Node, keys: &[&str]) {
        for key in keys.iter().filter(|key| member(node, key).is_none()) {
            self.wrong(node.place, format!("{word} needs the key {key}"));
        }
    }

    /// A probe has exactly one of its kinds.
    fn probe(&mut self, path: &str, node: &Node, value: Option<&Value>) {
        if value.map(Value::members).map(<[_]>::len) != Some(members(node).len()) {
            return;
        }
        let ways = ["command", "http", "tcp"].into_iter().filter(|way| member(node, way).is_some());
        if let (Content::Table(members), 0 | 2..) = (&node.value, ways.count())
            && !members.is_empty()
        {
            self.refused(node.place, format!("{path} takes one of command, http and tcp"));
        }
    }

    /// Requires these keys in each table of a list.
    fn items_need(&mut self, path: &str, node: &Node, keys: &[&str]) {
        let Content::List(items) = &node.value else { return };
        for (at, item) in items.iter().enumerate() {
            if matches!(item.value, Content::Table(_)) {
                self.needs(&format!("{path}[{at}]"), item, keys);
            }
        }
    }

    /// A load balancer needs listeners, and a certificate needs HTTPS.
    fn sides(&mut self, slb: &Node) {
        for (name, _) in members(slb) {
            let side = if name.name.starts_with("internet") { "internet" } else { "intranet" };
            let listeners = match member(slb, side).map(|listeners| &listeners.value) {
                Some(Content::List(listeners)) => listeners.as_slice(),
                // Already reported.
                Some(_) => continue,
                None => &[],
            };
            if name.name != side {
                if listeners.is_empty() && name.name.contains("_slb_") {
                    let key = &name.name;
                    let message = format!("application.slb.{key} needs a listener in application.slb.{side}");
                    self.wrong(name.place, message);
                }
                continue;
            }
            if let Some(node) = member(slb, side) {
                self.items_need(&format!("application.slb.{side}"), node, &["port", "target"]);
            }
            for (at, listener) in listeners.iter().enumerate() {
                let port = port(listener);
                if port.is_some() && listeners.iter().take(at).any(|other| self::port(other) == port) {
                    let message =
                        format!("application.slb.{side}[{at}].port is already used by another listener");
                    self.wrong(listener.place, message);
                }
                let speaks_https = member(listener, "protocol").is_some_and(
                    |protocol| matches!(&protocol.value, Content::Text(text) if text == "HTTPS"),
                );
                if member(listener, "certificate").is_some() && !speaks_https {
                    let message = format!(
                        "application.slb.{side}[{at}].certificate is only for the protocol \"HTTPS\""
                    );
                    self.wrong(listener.place, message);
                }
            }
        }
    }

    /// Reads a table with these keys; `slb` is a nested table of applications.
    fn keyed(&mut self, path: &str, node: &Node, keys: &[Key], slb: &[Key]) -> Option<Value> {
        let Content::Table(members) = &node.value else {
            self.wrong(node.place, format!("{path} takes a table, not {}", node.value.kind()));
            return None;
        };
        let mut out = Vec::new();
        for (name, node) in members {
            let inner = format!("{path}.{}", name.name);
            let value = if name.name == "slb" && !slb.is_empty() {
                self.keyed(&inner, node, slb, &[])
            } else if let Some(key) = keys.iter().find(|key| key.field.key == name.name) {
                self.value(&inner, node, &key.field).filter(|value| {
                    let is_sent = value.as_text() != Some("");
                    if !is_sent {
                        self.wrong(node.place, format!("{inner} is empty, which the service doesn't accept; leave the key out to keep the present value"));
                    }
                    is_sent
                })
            } else {
                let fields: Vec<_> = keys.iter().map(|key| &key.field).collect();
                self.unknown(path, name, &fields, if slb.is_empty() { &[] } else { &["slb"] });
                None
            };
            out.extend(value.map(|value| (name.name.clone(), value)));
        }
        Some(Value::Table(out))
    }

    fn value(&mut self, path: &str, node: &Node, field: &Field) -> Option<Value> {
        if is_placeholder(node) {
            if field.secret {
                return Some(Value::Unchanged);
            }
            // The manifest may choose this name.
            if *field.shape.plain() != Shape::Map {
                self.wrong(node.place, format!("{path} is not a secret: only secrets can be {UNCHANGED}"));
                return None;
            }
        }
        let value = self.shaped(path, node, &field.shape);
        let refused = field.rule.and_then(|rule| match &value {
            Some(Value::Int(number)) => rule.refuses_number(*number),
            // Empty values are reported as that.
            Some(Value::Text(text)) if !text.is_empty() => rule.refuses_text(text),
            Some(Value::List(items)) => rule.refuses_list(items),
            _ => None,
        });
        if let Some(refused) = refused {
            self.refused(node.place, format!("{path} {refused}"));
        }
        value
    }

    /// Reads a value without its mistaken parts.
    fn shaped(&mut self, path: &str, node: &Node, shape: &Shape) -> Option<Value> {
        Some(match (&node.value, shape.plain()) {
            (Content::Bool(value, _), Shape::Bool) => Value::Bool(*value),
            (Content::Int(number, _), Shape::Int) => Value::Int(*number),
            (Content::Text(text), Shape::Text) => Value::Text(text.clone()),
            (Content::List(items), Shape::List(item)) => {
                let mut read = Vec::new();
                for (at, node) in items.iter().enumerate() {
                    read.extend(self.shaped(&format!("{path}[{at}]"), node, item));
                }
                Value::List(read)
            }
            (Content::Table(members), shape @ (Shape::Table(_) | Shape::Map | Shape::Env)) => {
                let mut read = Vec::new();
                for (name, node) in members {
                    let inner = format!("{path}.{}", name.name);
                    let value = match shape {
                        Shape::Env if !is_variable_name(&name.name) => {
                            let message = format!(
                                "{path} has the name {:?}: names of variables can't contain blanks, = or control characters",
                                name.name
                            );
                            self.wrong(name.place, message);
                            None
                        }
                        Shape::Map => self.plain(&inner, node),
                        Shape::Table(fields) => {
                            let field = fields.iter().find(|field| field.key == name.name);
                            if field.is_none() {
                                self.unknown(path, name, &fields.iter().collect::<Vec<_>>(), &[]);
                            }
                            field.and_then(|field| self.value(&inner, node, field))
                        }
                        _ => self.variable(&inner, node),
                    };
                    read.extend(value.map(|value| (name.name.clone(), value)));
                }
                Value::Table(read)
            }
            (other, shape) => {
                let is_plain = matches!(
                    other,
                    Content::Bool(..) | Content::Int(..) | Content::Number(_) | Content::Date(_)
                );
                let advice =
                    if is_plain && *shape == Shape::Text { "; put it in quotation marks" } else { "" };
                let (expected, kind) = (shape.expected(), other.kind());
                self.wrong(node.place, format!("{path} takes {expected}, not {kind}{advice}"));
                return None;
            }
        })
    }

    /// Reads a text. Numbers and booleans count as texts, as they were written.
    fn plain(&mut self, path: &str, node: &Node) -> Option<Value> {
        match &node.value {
            Content::Text(text)
            | Content::Bool(_, text)
            | Content::Int(_, text)
            | Content::Number(text)
            | Content::Date(text) => Some(Value::Text(text.clone())),
            _ => self.shaped(path, node, &Shape::Text),
        }
    }

    fn variable(&mut self, path: &str, node: &Node) -> Option<Value> {
        if is_placeholder(node) {
            return Some(Value::Unchanged);
        }
        let Content::Table(members) = &node.value else { return self.plain(path, node) };
        if let Some(value) = member(node, "value") {
            return self.marked(path, members, value);
        }
        let (mut read, mut sources) = (Vec::new(), 0);
        let known = self.mistakes.len();
        for (name, node) in members {
            let inner = format!("{path}.{}", name.name);
            let value = match name.name.as_str() {
                "secret" | "config_map" => {
                    sources += 1;
                    self.shaped(&inner, node, &Shape::Int)
                }
                "key" => self.shaped(&inner, node, &Shape::Text),
                _ => {
                    self.unknown(path, name, &[], &["value", "secret", "config_map", "key", UNCHANGED]);
                    None
                }
            };
            read.extend(value.map(|value| (name.name.clone(), value)));
        }
        if sources != 1 && self.mistakes.len() == known {
            self.wrong(
                node.place,
                format!("{path} takes text, or a table with one of value, secret and config_map"),
            );
        }
        Some(Value::Table(read))
    }

    /// Reads a variable in the form `{ value = "…", secret = true }`, which is never shown.
    fn marked(&mut self, path: &str, members: &[(Name, Node)], value: &Node) -> Option<Value> {
        let mut is_secret = false;
        for (name, node) in members {
            let inner = format!("{path}.{}", name.name);
            match name.name.as_str() {
                "value" => {}
                "secret" => is_secret = self.shaped(&inner, node, &Shape::Bool) != Some(Value::Bool(false)),
                _ => self.unknown(path, name, &[], &["value", "secret"]),
            }
        }
        match self.plain(&format!("{path}.value"), value)? {
            Value::Text(text) if is_secret => Some(Value::Secret(text)),
            value => Some(value),
        }
    }

    /// Reports an unknown key. If it is the API's name of a field, that field is suggested.
    fn unknown(&mut self, path: &str, name: &Name, fields: &[&Field], others: &[&str]) {
        let bare = |text: &str| text.replace('_', "").to_ascii_lowercase();
        let wanted = bare(&name.name);
        let meant = fields.iter().find(|field| field.wire.iter().any(|wire| bare(wire) == wanted));
        let near = if let Some(field) = meant {
            format!("; did you mean {}?", field.key)
        } else {
            let keys = fields.iter().map(|field| field.key.as_str());
            did_you_mean(&name.name, keys.chain(others.iter().copied()))
        };
        self.wrong(name.place, format!("{path} has no key {:?}{near}", name.name));
    }

    pub fn wrong(&mut self, place: Place, message: String) {
        self.unread += 1;
        self.mistakes.push(Finding::new(place, message));
    }

    /// Reports a valid value that the service would refuse.
    fn refused(&mut self, place: Place, message: String) {
        self.mistakes.push(Finding::new(place, message));
    }
}

fn members(node: &Node) -> &[(Name, Node)] {
    match &node.value {
        Content::Table(members) => members,
        _ => &[],
    }
}

fn member<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    members(node).iter().find(|(name, _)| name.name == key).map(|(_, value)| value)
}

fn place_of(node: &Node, key: &str) -> Place {
    members(node).iter().find(|(name, _)| name.name == key).map_or(node.place, |(name, _)| name.place)
}

fn port(listener: &Node) -> Option<i64> {
    match member(listener, "port")?.value {
        Content::Int(port, _) => Some(port),
        _ => None,
    }
}

fn is_variable_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c == '=' || c.is_whitespace() || is_hidden(c))
}

fn is_placeholder(node: &Node) -> bool {
    matches!(members(node), [(name, Node { value: Content::Bool(true, _), .. })] if name.name == UNCHANGED)
}
