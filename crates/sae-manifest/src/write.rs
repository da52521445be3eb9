//! Writes manifests.

use std::collections::BTreeSet;

use crate::value::Value;
use sae::transport::text::{escape_control_json, is_hidden};

use crate::error::Error;
use crate::write_yaml;

/// Formats of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
}

/// The namespaces and applications to write.
pub struct Document {
    pub namespaces: Vec<Value>,
    pub applications: Vec<Value>,
}

impl Document {
    pub fn text(&self, format: Format) -> Result<String, Error> {
        let failed =
            |error: &dyn std::fmt::Display| Error::other(format!("no manifest can be written: {error}"));
        Ok(match format {
            Format::Toml => self.toml(),
            Format::Yaml => write_yaml::to_string(self.whole()).map_err(|error| failed(&error))?,
            Format::Json => {
                let json = serde_json::to_string_pretty(&self.whole()).map_err(|error| failed(&error))?;
                escape_control_json(&json) + "\n"
            }
        })
    }

    fn whole(&self) -> Value {
        let sections = [("namespace", &self.namespaces), ("application", &self.applications)];
        let sections = sections.into_iter().filter(|(_, tables)| !tables.is_empty());
        Value::Table(sections.map(|(word, tables)| (word.to_owned(), Value::List(tables.clone()))).collect())
    }

    /// Writes TOML by hand to keep small tables on one line; the toml crate would make a section of every placeholder.
    fn toml(&self) -> String {
        let mut out = String::new();
        for (word, tables) in [("namespace", &self.namespaces), ("application", &self.applications)] {
            for table in tables {
                section(word, &format!("[[{word}]]"), table, &mut out);
            }
        }
        out
    }
}

/// A table: values that fit on a line first, then nested tables.
fn section(path: &str, header: &str, table: &Value, out: &mut String) {
    let (lines, sections): (Vec<_>, Vec<_>) = table.members().iter().partition(|(_, value)| is_line(value));
    if !lines.is_empty() || sections.is_empty() {
        let gap = if out.is_empty() { "" } else { "\n" };
        out.push_str(&format!("{gap}{header}\n"));
    }
    for (key, value) in lines {
        out.push_str(&format!("{} = {}\n", name(key), inline(value)));
    }
    for (key, value) in sections {
        let path = format!("{path}.{}", name(key));
        match value {
            Value::List(items) => {
                for item in items {
                    section(&path, &format!("[[{path}]]"), item, out);
                }
            }
            value => section(&path, &format!("[{path}]"), value, out),
        }
    }
}

/// Values that fit on a line: scalars, lists of them, placeholders and small tables.
fn is_line(value: &Value) -> bool {
    let is_single = |value: &Value| !matches!(value, Value::List(_) | Value::Table(_));
    match value {
        Value::List(items) => items.iter().all(|item| is_single(item) || is_small(item)),
        Value::Table(_) => is_small(value),
        _ => true,
    }
}

fn is_small(value: &Value) -> bool {
    let members = value.members();
    let keys: BTreeSet<_> = members.iter().map(|(key, _)| key.as_str()).collect();
    let is_reference = keys.iter().all(|key| SMALL.contains(key)) && !keys.is_empty();
    is_reference && members.iter().all(|(_, value)| !matches!(value, Value::List(_) | Value::Table(_)))
}

fn inline(value: &Value) -> String {
    match value {
        Value::Unchanged | Value::Secret(_) => "{ unchanged = true }".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(members) => {
            let members = members.iter().map(|(key, value)| format!("{} = {}", name(key), inline(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Bare keys consist of letters, digits, dashes and underscores.
fn name(key: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(is_bare) { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_hidden(c) => out.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Keys of tables that read best on one line.
const SMALL: &[&str] = &[
    "certificate",
    "config_map",
    "host",
    "host_name",
    "ip",
    "key",
    "path",
    "port",
    "protocol",
    "secret",
    "target",
];

#[cfg(test)]
mod tests {
    use super::{Document, Format, Value, is_hidden};
    use crate::read::from_text;

    #[test]
    fn whatever_stands_in_a_text_is_read_again() {
        let nasty = "a \"b\" \\ \n\t\r \u{7f} \u{1} \u{202e}\u{200b}\u{2028}\u{e0041} 店 # = [";
        let table = |members: &[(&str, Value)]| {
            Value::Table(members.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
        };
        let command = Value::List(vec![Value::text(nasty), Value::text("")]);
        let application = table(&[
            ("name", Value::text("web")),
            ("namespace", Value::text("cn-hangzhou:shop")),
            ("args", command),
            ("env", table(&[("N", Value::text(nasty)), ("A", Value::text("")), ("B", Value::Unchanged)])),
            ("labels", table(&[(nasty, Value::text(nasty))])),
        ]);
        let document = Document { namespaces: Vec::new(), applications: vec![application.clone()] };
        for (format, file) in [(Format::Toml, "a.toml"), (Format::Yaml, "a.yaml"), (Format::Json, "a.json")] {
            let text = document.text(format).expect("a text");
            assert!(!text.contains(|c: char| c != '\n' && is_hidden(c)), "{text:?}");
            let read = from_text(&text, file).unwrap_or_else(|mistakes| panic!("{mistakes:?} in {text}"));
            assert_eq!(read.applications[0].value, application, "{text}");
        }
    }
}
