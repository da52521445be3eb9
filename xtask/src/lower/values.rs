//! Whether a default or an example is a value of its type, as it stands on the wire.

use std::ops::Range;

use serde_json::Value;

use super::member::Member;
use super::notation::Notation;
use super::symbols::{Kind, Symbols};
use crate::diagnostics::{did_you_mean, listed};
use crate::model::Scalar;
use crate::spec::document::{Enum, Field, Shape};
use crate::spec::words::FieldStyle;

/// What is wrong with a text as a value of a member, with the part of the text.
pub fn mistake(member: &Member<'_>, text: &str, symbols: &Symbols<'_>) -> Option<(Range<usize>, String)> {
    let wrong = match &member.notation {
        Notation::Scalar(kind) => scalar(*kind, text),
        Notation::Named(name) => match symbols.get(name).map(|symbol| symbol.kind) {
            Some(Kind::Enum(set)) => one_of(set, text),
            Some(Kind::Shape(_)) => return structure(member, text, symbols),
            None => None,
        },
        Notation::Any if !member.is_json => None,
        _ => return structure(member, text, symbols),
    };
    wrong.map(|wrong| (0..text.len(), wrong))
}

/// The spellings of a member's values, if they are a closed set.
pub fn of(member: &Member<'_>, symbols: &Symbols<'_>) -> Vec<String> {
    let Notation::Named(name) = &member.notation else { return Vec::new() };
    match symbols.get(name).map(|symbol| symbol.kind) {
        Some(Kind::Enum(set)) => spellings(set).collect(),
        _ => Vec::new(),
    }
}

/// The spellings of a set's values.
pub fn spellings(set: &Enum) -> impl Iterator<Item = String> {
    set.values.iter().map(|value| match value.value.as_ref() {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

fn structure(member: &Member<'_>, text: &str, symbols: &Symbols<'_>) -> Option<(Range<usize>, String)> {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => json(&value, &member.notation, symbols).map(|wrong| (0..text.len(), wrong)),
        Err(error) => {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
            let at = lines.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
            let at = text.floor_char_boundary(at);
            let length = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            Some((at..at + length, format!("is no JSON: {message}")))
        }
    }
}

fn scalar(kind: Scalar, text: &str) -> Option<String> {
    let (is_right, expected) = match kind {
        Scalar::Integer => (!text.starts_with('+') && text.parse::<i64>().is_ok(), "a whole number"),
        Scalar::Float => (!text.starts_with('+') && text.parse().is_ok_and(f64::is_finite), "a number"),
        Scalar::Boolean => (matches!(text, "true" | "false"), "true or false"),
        Scalar::String => (true, ""),
    };
    (!is_right).then(|| format!("\"{text}\" is not {expected}"))
}

fn one_of(set: &Enum, text: &str) -> Option<String> {
    let known: Vec<String> = spellings(set).collect();
    let words = || known.iter().map(String::as_str);
    let (expected, near) = (listed(words(), "or"), did_you_mean(text, words()));
    (!words().any(|word| word == text))
        .then(|| format!("unknown value \"{text}\"; expected {expected}{near}"))
}

/// What is wrong with a part of a JSON document. Numbers and booleans may be strings, as everywhere in answers.
fn json(value: &Value, notation: &Notation, symbols: &Symbols<'_>) -> Option<String> {
    match (notation, value) {
        (Notation::Any, _) | (Notation::Scalar(Scalar::String), Value::String(_)) => None,
        (Notation::List(inner), Value::Array(values)) => {
            values.iter().find_map(|value| json(value, inner, symbols))
        }
        (Notation::Map(inner), Value::Object(members)) => members
            .iter()
            .find_map(|(name, value)| json(value, inner, symbols).map(|it| format!("{name}: {it}"))),
        (Notation::List(_), _) => Some(format!("{value} is not a list")),
        (Notation::Map(_), _) => Some(format!("{value} is not an object")),
        (Notation::Scalar(Scalar::String), _) => Some(format!("{value} is not a string")),
        (Notation::Scalar(kind), _) => scalar(*kind, &spelled(value)),
        (Notation::Named(name), _) => match (symbols.get(name).map(|symbol| symbol.kind), value) {
            (Some(Kind::Enum(set)), _) => one_of(set, &spelled(value)),
            (Some(Kind::Shape(shape)), Value::Object(members)) => {
                members.iter().find_map(|(name, value)| member(name, value, shape, symbols))
            }
            (Some(Kind::Shape(_)), _) => Some(format!("{value} is not an object")),
            (None, _) => None,
        },
    }
}

fn member(name: &str, value: &Value, shape: &Shape, symbols: &Symbols<'_>) -> Option<String> {
    let Some(field) = shape.fields.iter().find(|field| names(field).any(|it| it == name)) else {
        let near = did_you_mean(name, shape.fields.iter().flat_map(names));
        return Some(format!("unknown member \"{name}\"{near}"));
    };
    let notation = Notation::parse(field.r#type.as_ref()?.as_ref())?;
    let unwrapped = field.wrap.as_ref().and_then(|wrap| value.get(wrap.as_ref()));
    let is_json = field.style.as_ref().is_some_and(|style| style.meaning() == Some(FieldStyle::Json));
    let wrong = match value {
        Value::String(text) if is_json => match serde_json::from_str(text) {
            Ok(value) => json(&value, &notation, symbols),
            Err(error) => Some(format!("is no JSON: {error}")),
        },
        _ => json(unwrapped.unwrap_or(value), &notation, symbols),
    };
    wrong.map(|wrong| format!("{name}: {wrong}"))
}

/// Today's name and the document's.
fn names(field: &Field) -> impl Iterator<Item = &str> {
    let other = field.differs.as_ref().and_then(|differs| differs.as_ref().name.as_ref());
    std::iter::once(&field.name).chain(other).map(|name| name.as_ref().as_str())
}

fn spelled(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
