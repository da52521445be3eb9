//! A document held against the keys that a manifest may have.

use super::document::{Content, Key as Name, Node};
use super::keys::{self, Key};
use super::shape::{Field, Shape};
use super::value::UNCHANGED;
use super::{Entry, Manifest, Value};
use crate::nearest::nearest;

/// Reads a document and gathers its mistakes. None of them repeats a value: it may be secret.
pub struct Check<'a> {
    file: &'a str,
    /// Each with its line.
    pub mistakes: Vec<(usize, String)>,
}

impl<'a> Check<'a> {
    pub const fn new(file: &'a str) -> Self {
        Self { file, mistakes: Vec::new() }
    }

    pub fn manifest(&mut self, document: &Node) -> Manifest {
        let mut manifest = Manifest { namespaces: Vec::new(), applications: Vec::new() };
        let sections = match &document.value {
            Content::Table(sections) => sections.as_slice(),
            Content::Null => &[],
            other => {
                self.wrong(document.line, format!("a manifest is a table, not {}", other.kind()));
                &[]
            }
        };
        let (namespace, application, slb) = (keys::namespace(), keys::application(), keys::slb());
        for (name, node) in sections {
            match name.name.as_str() {
                "namespace" => {
                    let entries =
                        self.entries("namespace", node, |check, node| check.namespace(node, &namespace));
                    manifest.namespaces.extend(entries);
                }
                "application" => {
                    let entries = self.entries("application", node, |check, node| {
                        check.application(node, &application, &slb)
                    });
                    manifest.applications.extend(entries);
                }
                // For editors, which look for the schema there.
                "$schema" => {}
                _ => self.unknown("a manifest", name, ["namespace", "application"].into_iter()),
            }
        }
        manifest
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
                self.wrong(node.line, message);
                &[]
            }
        };
        let mut entries = Vec::new();
        for item in items {
            let place = format!("{}:{}", self.file, item.line);
            if let Some(value) = read(self, item) {
                entries.push(Entry { line: item.line, place, value });
            }
        }
        entries
    }

    fn namespace(&mut self, node: &Node, keys: &[Key]) -> Option<Value> {
        let value = self.keyed("namespace", node, keys, &[])?;
        self.needs("namespace", node, &value, &["id"]);
        self.full_id(node, &value);
        Some(value)
    }

    fn application(&mut self, node: &Node, keys: &[Key], slb: &[Key]) -> Option<Value> {
        let value = self.keyed("application", node, keys, slb)?;
        self.needs("application", node, &value, &["name", "namespace"]);
        self.sides(node, &value);
        Some(value)
    }

    fn needs(&mut self, word: &str, node: &Node, value: &Value, keys: &[&str]) {
        for key in keys.iter().filter(|key| value.get(key).is_none() && !mentions(node, key)) {
            self.wrong(node.line, format!("{word} needs the key {key}"));
        }
    }

    /// A new namespace is named with its region.
    fn full_id(&mut self, node: &Node, value: &Value) {
        let id = value.get("id").and_then(Value::as_text);
        let is_full = |id: &str| {
            id.split_once(':').is_some_and(|(region, name)| !region.is_empty() && !name.is_empty())
        };
        if id.is_some_and(|id| !is_full(id)) {
            let line = line_of(node, "id");
            self.wrong(line, "namespace.id takes region, colon and name, as in cn-hangzhou:shop".to_owned());
        }
    }

    /// A load balancer is bound together with its listeners.
    fn sides(&mut self, node: &Node, value: &Value) {
        let Some(slb) = value.get("slb") else { return };
        for (key, _) in slb.members() {
            let side = if key.starts_with("internet") { "internet" } else { "intranet" };
            if slb.get(side).is_none() {
                self.wrong(
                    line_of(node, "slb"),
                    format!("application.slb.{key} needs application.slb.{side} beside it"),
                );
            }
        }
    }

    /// A table with these keys; `slb` is a table of its own in that of an application.
    fn keyed(&mut self, path: &str, node: &Node, keys: &[Key], slb: &[Key]) -> Option<Value> {
        let Content::Table(members) = &node.value else {
            self.wrong(node.line, format!("{path} takes a table, not {}", node.value.kind()));
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
                        self.wrong(node.line, format!("{inner} is empty, which the service doesn't take; without the key it stays as it is"));
                    }
                    is_sent
                })
            } else {
                let all = keys.iter().map(|key| key.field.key.as_str());
                self.unknown(path, name, all.chain((!slb.is_empty()).then_some("slb")));
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
            self.wrong(node.line, format!("{path} is no secret: only those can be {UNCHANGED}"));
            return None;
        }
        self.shaped(path, node, &field.shape)
    }

    fn shaped(&mut self, path: &str, node: &Node, shape: &Shape) -> Option<Value> {
        match (&node.value, shape.plain()) {
            (Content::Bool(value), Shape::Bool) => Some(Value::Bool(*value)),
            (Content::Int(number), Shape::Int) => Some(Value::Int(*number)),
            (Content::Text(text), Shape::Text) => Some(Value::Text(text.clone())),
            (Content::List(items), Shape::List(item)) => {
                let mut read = Vec::new();
                for (at, node) in items.iter().enumerate() {
                    read.push(self.shaped(&format!("{path}[{at}]"), node, item));
                }
                read.into_iter().collect::<Option<_>>().map(Value::List)
            }
            (Content::Table(members), Shape::Table(fields)) => {
                let mut read = Vec::new();
                for (name, node) in members {
                    match fields.iter().find(|field| field.key == name.name) {
                        Some(field) => {
                            let value = self.value(&format!("{path}.{}", name.name), node, field)?;
                            read.push((name.name.clone(), value));
                        }
                        None => self.unknown(path, name, fields.iter().map(|field| field.key.as_str())),
                    }
                }
                Some(Value::Table(read))
            }
            (Content::Table(members), Shape::Map) => self.named(path, members, Self::plain),
            (Content::Table(members), Shape::Env) => self.named(path, members, Self::variable),
            (other, shape) => {
                self.wrong(node.line, format!("{path} takes {}, not {}", shape.expected(), other.kind()));
                None
            }
        }
    }

    fn named(
        &mut self,
        path: &str,
        members: &[(Name, Node)],
        read: impl Fn(&mut Self, &str, &Node) -> Option<Value>,
    ) -> Option<Value> {
        let mut out = Vec::new();
        for (name, node) in members {
            out.push((name.name.clone(), read(self, &format!("{path}.{}", name.name), node)?));
        }
        Some(Value::Table(out))
    }

    /// A text; numbers and truth values stand for theirs.
    fn plain(&mut self, path: &str, node: &Node) -> Option<Value> {
        match &node.value {
            Content::Text(text) | Content::Other(text) => Some(Value::Text(text.clone())),
            Content::Int(number) => Some(Value::Text(number.to_string())),
            Content::Bool(value) => Some(Value::Text(value.to_string())),
            other => {
                self.wrong(node.line, format!("{path} takes text, not {}", other.kind()));
                None
            }
        }
    }

    fn variable(&mut self, path: &str, node: &Node) -> Option<Value> {
        if is_placeholder(node) {
            return Some(Value::Unchanged);
        }
        let Content::Table(members) = &node.value else { return self.plain(path, node) };
        let (mut out, mut sources) = (Vec::new(), 0);
        for (name, node) in members {
            match (name.name.as_str(), &node.value) {
                ("secret" | "config_map", Content::Int(number)) => {
                    sources += 1;
                    out.push((name.name.clone(), Value::Int(*number)));
                }
                ("secret" | "config_map", other) => {
                    let kind = other.kind();
                    self.wrong(node.line, format!("{path}.{} takes a whole number, not {kind}", name.name));
                    return None;
                }
                ("key", Content::Text(text)) => out.push(("key".to_owned(), Value::Text(text.clone()))),
                ("key", other) => {
                    self.wrong(node.line, format!("{path}.key takes text, not {}", other.kind()));
                    return None;
                }
                _ => {
                    self.unknown(path, name, ["secret", "config_map", "key", UNCHANGED].into_iter());
                    return None;
                }
            }
        }
        if sources != 1 {
            self.wrong(node.line, format!("{path} takes text, or a table with either secret or config_map"));
            return None;
        }
        Some(Value::Table(out))
    }

    fn unknown<'n>(&mut self, path: &str, name: &Name, known: impl Iterator<Item = &'n str>) {
        let near = nearest(&name.name, known);
        self.wrong(name.line, format!("{path} has no key {:?}{near}", name.name));
    }

    pub fn wrong(&mut self, line: usize, message: String) {
        self.mistakes.push((line, message));
    }
}

fn members(node: &Node) -> &[(Name, Node)] {
    match &node.value {
        Content::Table(members) => members,
        _ => &[],
    }
}

fn line_of(node: &Node, key: &str) -> usize {
    members(node).iter().find(|(name, _)| name.name == key).map_or(node.line, |(name, _)| name.line)
}

/// A key whose value is wrong is there all the same.
fn mentions(node: &Node, key: &str) -> bool {
    members(node).iter().any(|(name, _)| name.name == key)
}

fn is_placeholder(node: &Node) -> bool {
    matches!(members(node), [(name, Node { value: Content::Bool(true), .. })] if name.name == UNCHANGED)
}
