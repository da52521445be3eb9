//! Checks of parameter values that don't depend on the operation.

use std::collections::BTreeSet;

use sae_transport::slots::{Open, View};
use sae_transport::{Fields, Parameter, Position, Scalar, Slot, Style, Visitor};
use serde_json::Value;

use crate::domain::{Refusal, integer};
use crate::protocol::json;

/// Refuses a value that the gateway or the service refuses. `slot` is the place of the value in the request; the check
/// may change it.
pub fn check(parameter: &Parameter, value: &str, slot: &mut dyn Slot) -> Result<(), Refusal> {
    let misfit = || Refusal::invalid(parameter.name);
    if parameter.style == Style::Json || is_document(parameter, slot) {
        return structure(parameter, value, slot);
    }
    let lines = LINES.iter().any(|end| parameter.name.ends_with(end));
    if (value.is_empty() && parameter.kind != "string")
        || has_control(value, lines)
        || !slot.put(Scalar::Text(value))
    {
        return Err(misfit());
    }
    let fits = match parameter.kind {
        "string" => true,
        // Decoders of answers accept spaces around numbers and names; the service doesn't.
        _ if value.trim() != value => false,
        "integer" => integer::parse(value).is_some_and(|number| i32::try_from(number).is_ok()),
        "boolean" => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
        // A value of a closed set of numbers or texts, or a number of another size.
        _ => match slot.view() {
            View::Scalar(Scalar::Int(_)) => integer::parse(value).is_some(),
            View::Scalar(Scalar::Float(_)) => !value.starts_with('+'),
            _ => true,
        },
    };
    if fits { Ok(()) } else { Err(misfit()) }
}

/// Whether a parameter is a structure that is the whole body. The check fills it, since it has no other form than JSON.
pub fn is_document(parameter: &Parameter, slot: &mut dyn Slot) -> bool {
    parameter.position == Position::Body
        && matches!(slot.open(), Open::Object(_) | Open::List(_) | Open::Map(_))
}

/// Whether an empty value counts as none: it does for texts and structures, but not for numbers.
pub fn may_be_empty(parameter: &Parameter) -> bool {
    parameter.style == Style::Json || parameter.kind == "string"
}

/// Checks a parameter that is JSON against the structure in the spec. The refusal names the place of the first problem.
fn structure(parameter: &Parameter, text: &str, slot: &mut dyn Slot) -> Result<(), Refusal> {
    let misfit = |place: String| Refusal::invalid(&format!("{}{place}", parameter.name));
    // The document of 2019 writes arguments as plain text, so a list of texts may be that.
    let bare = parameter.kind == "[string]" && !text.trim_start().starts_with(['[', '{']);
    if bare && text.trim() != "null" {
        return if has_control(text, true) { Err(misfit(String::new())) } else { Ok(()) };
    }
    let value = match json::parse(text.as_bytes()) {
        Ok(single @ Value::Object(_)) if SINGLE.contains(&parameter.name) => Value::Array(vec![single]),
        Ok(value) => value,
        Err(_) => return Err(misfit(String::new())),
    };
    fits(&value, slot, "").map_err(misfit)?;
    if parameter.kind == "[EnvVar]" { variables(&value).map_err(misfit) } else { Ok(()) }
}

/// Fills a slot with a value. Fails with the place of the first problem.
fn fits(value: &Value, slot: &mut dyn Slot, at: &str) -> Result<(), String> {
    match (slot.open(), value) {
        (Open::Scalar, _) => {
            if scalar(value, slot) {
                Ok(())
            } else {
                Err(at.to_owned())
            }
        }
        // JSON text inside JSON, as for the variables of a sidecar.
        (Open::Inline(_), Value::String(text)) if text.is_empty() => Ok(()),
        (Open::Inline(place), Value::String(text)) => {
            let value = json::parse(text.as_bytes()).map_err(|_| at.to_owned())?;
            opened(&value, place.inner(), at)
        }
        (open, _) => opened(value, open, at),
    }
}

fn opened(value: &Value, open: Open<'_>, at: &str) -> Result<(), String> {
    match (open.structure(), value) {
        (Open::Object(fields), Value::Object(members)) => {
            let missing =
                required(fields).into_iter().find(|name| members.get(*name).is_none_or(Value::is_null));
            if let Some(name) = missing {
                return Err(format!("{at}.{name}"));
            }
            // Members that are null count as missing; unknown ones are ignored.
            for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
                if let Some(slot) = fields.slot(name) {
                    fits(value, slot, &format!("{at}.{name}"))?;
                }
            }
            Ok(())
        }
        (Open::List(list), Value::Array(items)) => (items.iter().enumerate())
            .try_for_each(|(index, item)| fits(item, list.push(), &format!("{at}[{index}]"))),
        (Open::Map(map), Value::Object(members)) => members.iter().try_for_each(|(name, value)| {
            let at = format!("{at}.{name}");
            if has_control(name, false) { Err(at) } else { fits(value, map.entry(name).0, &at) }
        }),
        (Open::Any(_) | Open::Inline(_), _) => Ok(()),
        (Open::Scalar | Open::Object(_) | Open::Map(_) | Open::List(_), _) => Err(at.to_owned()),
    }
}

/// Fills a slot with a scalar; returns false if it doesn't fit.
fn scalar(value: &Value, slot: &mut dyn Slot) -> bool {
    let fits = match value {
        Value::Null | Value::Array(_) | Value::Object(_) => false,
        Value::Bool(value) => slot.put(Scalar::Bool(*value)),
        Value::Number(number) => match number.as_i64() {
            Some(number) => slot.put(Scalar::Int(number)),
            None => number.as_f64().is_some_and(|number| slot.put(Scalar::Float(number))),
        },
        Value::String(text) => !has_control(text, true) && slot.put(Scalar::Text(text)),
    };
    let text = value.as_str().unwrap_or_default();
    let number = matches!(slot.view(), View::Scalar(Scalar::Int(_)));
    let blank = !text.is_empty() && slot.view().is_absent();
    fits && !blank && !(number && value.is_string() && integer::parse(text).is_none())
}

/// The names of the members that an object must have.
fn required(fields: &dyn Fields) -> Vec<&'static str> {
    #[derive(Default)]
    struct Required(Vec<&'static str>);
    impl<'a> Visitor<'a> for Required {
        fn field(&mut self, name: &'static str, slot: &'a dyn Slot) {
            if matches!(slot.view(), View::Scalar(_)) {
                self.0.push(name);
            }
        }
    }
    let mut required = Required::default();
    fields.walk(&mut required);
    required.0
}

/// Checks environment variables: unique names, and for each a value or a source.
fn variables(list: &Value) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for (index, item) in list.as_array().into_iter().flatten().enumerate() {
        let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() || name.contains('=') || has_control(name, false) || !names.insert(name) {
            return Err(format!("[{index}].name"));
        }
        if ["value", "valueFrom"].iter().all(|source| item.get(source).is_none_or(Value::is_null)) {
            return Err(format!("[{index}].value"));
        }
    }
    Ok(())
}

/// Whether a text has control characters; line breaks and tabs are allowed if `lines`.
fn has_control(text: &str, lines: bool) -> bool {
    text.chars().any(|c| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t')))
}

/// Endings of the names of parameters that may have line breaks.
const LINES: &[&str] = &["Description", "Desc", "Command", "Args", "Options", "Config", "Yaml"];
/// Lists that may be written as a single object, as some tables and examples of the documents do.
const SINGLE: &[&str] = &["CustomHostAlias", "Internet", "Intranet"];
