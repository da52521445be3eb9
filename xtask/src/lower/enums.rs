//! Value sets.

use std::collections::BTreeMap;

use super::rules::Site;
use super::symbols::Symbol;
use super::{Context, docs, names};
use crate::diagnostics::Problems;
use crate::model::{Enum, Literal, Value};
use crate::spec::words::{Base, Origin};
use crate::spec::{Spanned, Word, document};

/// Lowers a value set.
pub fn lower(
    symbol: &Symbol<'_>,
    set: &document::Enum,
    context: &Context<'_>,
    problems: &mut Problems,
) -> Enum {
    let mut site = Site::new(symbol.source, format!("enum {}", symbol.name), problems);
    site.described("doc", set.doc.as_ref(), &symbol.span);
    site.from(set.from.as_ref());
    let base = set.base.as_ref().and_then(|base| site.pick("base", base)).unwrap_or(Base::String);
    if set.values.is_empty() {
        site.report(&symbol.span, "has no values");
    }
    let around = set.from.as_ref().and_then(Word::meaning).unwrap_or(Origin::Both);
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut values = Vec::new();
    for value in &set.values {
        let Some((name, wire)) = self::value(symbol, base, value, &mut taken, problems) else { continue };
        let spelling = match &wire {
            Literal::Text(text) => text.clone(),
            Literal::Number(number) => number.to_string(),
        };
        let docs = docs::value(&spelling, value.doc.as_ref(), value.from.as_ref(), around, context);
        values.push(Value { name, docs, wire });
    }
    Enum {
        name: symbol.name.to_owned(),
        docs: docs::definition(set.doc.as_ref(), set.from.as_ref(), context),
        base,
        values,
    }
}

/// The name of the value with this spelling.
pub fn arm(set: &document::Enum, spelling: &str) -> Option<String> {
    let value = set.values.iter().find(|value| match value.value.as_ref() {
        toml::Value::String(text) => text == spelling,
        other => other.to_string() == spelling,
    })?;
    Some(value.name.as_ref().map_or_else(|| names::camel(spelling), |name| name.as_ref().clone()))
}

/// The name and the spelling of a value, if it can have both.
fn value(
    symbol: &Symbol<'_>,
    base: Base,
    value: &document::Value,
    taken: &mut BTreeMap<String, String>,
    problems: &mut Problems,
) -> Option<(String, Literal)> {
    let span = value.value.span();
    let (spelling, wire) = match value.value.as_ref() {
        toml::Value::String(text) => (text.clone(), Literal::Text(text.clone())),
        toml::Value::Integer(number) => (number.to_string(), Literal::Number(*number)),
        other => (other.to_string(), Literal::Text(other.to_string())),
    };
    let mut site = Site::new(symbol.source, format!("enum {}, value {spelling}", symbol.name), problems);
    site.described("doc", value.doc.as_ref(), &span);
    site.from(value.from.as_ref());
    match (base, value.value.as_ref()) {
        (Base::Integer, toml::Value::Integer(_)) | (Base::String, toml::Value::String(_)) => {}
        (Base::Integer, _) => site.report(&span, "not a number, but the base is integer"),
        _ => site.report(&span, "not a string; a set of numbers has base = \"integer\""),
    }
    if spelling.is_empty() || spelling.trim() != spelling {
        site.report(&span, "the value is empty or has white space at an end; nobody could give it");
    }
    let name = match &value.name {
        Some(name) => name.as_ref().clone(),
        None if matches!(wire, Literal::Number(_)) => {
            site.report(&span, "a number gives no Rust name; add name");
            return None;
        }
        None => names::camel(&spelling),
    };
    let at = value.name.as_ref().map_or(span, Spanned::span);
    if name != names::camel(&name) || !names::is_identifier(&name) {
        let text = format!("\"{name}\" is no Rust name in upper camel case; add a name that is");
        site.report(&at, &text);
        return None;
    }
    if name == "Unknown" {
        site.report(
            &at,
            "the Rust name Unknown is the one of values that this version doesn't know; add another name",
        );
    }
    let is_listed = taken.values().any(|other| *other == spelling);
    match taken.insert(name.clone(), spelling) {
        _ if is_listed => site.report(&value.value.span(), "listed twice"),
        Some(other) => {
            site.report(&at, &format!("becomes the Rust name {name}, like {other}; add another name"));
        }
        None => {}
    }
    Some((name, wire))
}
