//! Values as a manifest has them, whether they come from one or from the service.

use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

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
