//! Values of manifests, read from a file or from the service.

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

use crate::write_yaml::Texts;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A placeholder for a secret that keeps its present value.
    Unchanged,
    Bool(bool),
    Int(i64),
    Text(String),
    /// A text that is marked as secret.
    Secret(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
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

    /// Removes marks and sorts the members of tables, for comparison.
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

    /// Replaces placeholders by the present values; collects the paths of those without one. If the service masks the value, the
    /// placeholder stays.
    pub fn resolve(&mut self, live: Option<&Self>, path: &str, missing: &mut Vec<String>) {
        match self {
            Self::Unchanged => match live {
                Some(live) if !live.holds_unchanged() => live.clone_into(self),
                Some(_) => {}
                None => missing.push(path.to_owned()),
            },
            // A secret is never passed to another container, even if that takes its position.
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

    /// The name of an item of a list.
    pub fn name(&self) -> Option<&str> {
        self.get("name").and_then(Self::as_text)
    }

    /// The path of an item: by its name, or else by its position.
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

    /// The item with this name, if there is exactly one.
    pub fn named(&self, name: &str) -> Option<&Self> {
        let mut found = self.items().iter().filter(|item| item.name() == Some(name));
        found.next().filter(|_| found.next().is_none())
    }

    fn holds_unchanged(&self) -> bool {
        let mut placeholders = Vec::new();
        self.placeholders("", &mut placeholders);
        !placeholders.is_empty()
    }

    /// Collects the paths of all placeholders.
    pub fn placeholders(&self, path: &str, out: &mut Vec<String>) {
        match self {
            Self::Unchanged => out.push(path.to_owned()),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    item.placeholders(&item.path_in(path, at), out);
                }
            }
            Self::Table(members) => {
                for (key, value) in members {
                    value.placeholders(&format!("{path}.{key}"), out);
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

/// The key of the placeholder: `{ unchanged = true }`.
pub const UNCHANGED: &str = "unchanged";
