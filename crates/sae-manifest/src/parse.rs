//! Reads a text as TOML, YAML or JSON.

use toml::de::{DeTable, DeValue};

use crate::document::{Content, Key, Lines, Node};
use crate::finding::Finding;
use crate::{json, yaml};

/// Reads a text. The extension of the file determines its format; without one, the first line does.
pub fn read(text: &str, file: &str) -> Result<Node, Finding> {
    match file.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("toml") => from_toml(text),
        Some("json") => json::read(text),
        Some("yaml" | "yml") => yaml::read(text).map_err(|mut error| {
            if looks_like_toml(text) {
                error.message.push_str("; this looks like TOML: give the file a name that ends in .toml");
            }
            error
        }),
        _ if looks_like_toml(text) => from_toml(text),
        // It may be a YAML flow mapping instead of JSON.
        _ if text.trim_start().starts_with('{') => json::read(text).or_else(|_| yaml::read(text)),
        _ => yaml::read(text),
    }
}

fn looks_like_toml(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let first = lines.next().unwrap_or("[");
    let before = |mark: char| first.find(mark).unwrap_or(usize::MAX);
    first.starts_with('[') || before('=') < before(':')
}

fn from_toml(text: &str) -> Result<Node, Finding> {
    let lines = Lines::of(text);
    let table = DeTable::parse(text).map_err(|error| {
        Finding::new(lines.at(error.span().map_or(0, |span| span.start)), error.message())
    })?;
    Ok(Node { place: lines.at(0), value: toml_table(table.get_ref(), text, &lines) })
}

fn toml_table(table: &DeTable<'_>, text: &str, lines: &Lines<'_>) -> Content {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(key, _)| key.span().start);
    let member = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let place = lines.at(key.span().start);
        (
            Key { name: String::from(AsRef::<str>::as_ref(key.get_ref())), place },
            toml_value(value, text, lines),
        )
    };
    Content::Table(members.into_iter().map(member).collect())
}

fn toml_value(value: &toml::Spanned<DeValue<'_>>, text: &str, lines: &Lines<'_>) -> Node {
    let span = value.span();
    let place = lines.at(span.start);
    let written = || text.get(span).unwrap_or_default().to_owned();
    let value = match value.get_ref() {
        DeValue::String(text) => Content::Text(text.to_string()),
        DeValue::Boolean(value) => Content::Bool(*value, written()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Content::Int(number, written()),
            Err(_) => Content::Number(written()),
        },
        DeValue::Float(_) => Content::Number(written()),
        DeValue::Datetime(_) => Content::Date(written()),
        DeValue::Array(items) => {
            Content::List(items.iter().map(|item| toml_value(item, text, lines)).collect())
        }
        DeValue::Table(table) => toml_table(table, text, lines),
    };
    Node { place, value }
}
