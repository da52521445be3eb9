//! Fills requests with the parameters of `--params` and of options.

use std::collections::BTreeSet;
use std::fmt;

use sae::transport::text::missing_parameters;
use sae::transport::{
    Description, DynFields, Fields, Parameter, Registered, Scalar, Slot, Style, decode_json,
};
use sae_manifest::hints::did_you_mean;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::failure::Failure;
use crate::input;

/// Builds the typed request: `params` is one JSON object, `values` are single parameters.
pub fn request(
    operation: &'static Registered,
    params: Option<&str>,
    values: &[(&'static str, String)],
) -> Result<Box<dyn DynFields>, Failure> {
    let mut request = (operation.request)();
    let mut given = BTreeSet::new();
    if let Some(params) = params {
        given = from_json(operation, &input::text_or_file(params, "--params")?, &mut *request)?;
    }
    for (name, value) in values {
        let Some(parameter) = operation.description.parameters.iter().find(|it| it.name == *name) else {
            return Err(Failure::other(format!("{} has no parameter {name}", operation.description.name)));
        };
        let fits = request.slot(name).is_some_and(|slot| {
            // The parameter is a whole body, not a text.
            put(slot, value)
                || value.starts_with(['{', '['])
                    && decode_json::value(value, slot).is_ok_and(|notes| notes.is_empty())
        });
        if !fits {
            return Err(misfit(parameter, value));
        }
        given.insert((*name).to_owned());
    }
    check_required(operation, &given)?;
    Ok(request)
}

/// Fails if a required parameter is missing: a number or boolean that wasn't given would be sent as 0 or false.
fn check_required(operation: &'static Registered, given: &BTreeSet<String>) -> Result<(), Failure> {
    let required = operation.description.parameters.iter().filter(|parameter| parameter.is_required());
    let missing: Vec<_> =
        required.map(|parameter| parameter.name).filter(|name| !given.contains(*name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!("{}: {}", operation.description.name, missing_parameters(&missing))))
}

/// Sets parameters given as `Name=VALUE`, with their wire names.
pub fn set<'a>(
    description: &Description,
    request: &mut dyn Fields,
    pairs: impl Iterator<Item = &'a str>,
) -> Result<(), Failure> {
    for pair in pairs {
        let Some((name, value)) = pair.split_once('=') else {
            return Err(Failure::usage("--param: expected NAME=VALUE, as in Timezone=Asia/Shanghai"));
        };
        let Some(parameter) = description.parameters.iter().find(|parameter| parameter.name == name) else {
            let near = did_you_mean(name, description.parameters.iter().map(|parameter| parameter.name));
            let operation = description.name;
            return Err(Failure::usage(format!("--param: {operation} has no parameter {name:?}{near}")));
        };
        if !request.slot(name).is_some_and(|slot| put(slot, value)) {
            return Err(misfit(parameter, value));
        }
    }
    Ok(())
}

/// Fills the request from a JSON object and returns the names of the given parameters. Messages don't quote the input, which may hold
/// secrets.
fn from_json(
    operation: &'static Registered,
    text: &str,
    request: &mut dyn DynFields,
) -> Result<BTreeSet<String>, Failure> {
    let Members(members) = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {} column {}", error.line(), error.column());
        Failure::usage(match error.classify() {
            Category::Data => format!("--params is not a JSON object; {EXPECTED}"),
            _ => format!("--params is not valid JSON, at {place}; {EXPECTED}"),
        })
    })?;
    let parameters = operation.description.parameters;
    let mut given = BTreeSet::new();
    let mut names = BTreeSet::new();
    for (name, value) in members {
        if !names.insert(name.clone()) {
            return Err(Failure::usage(format!("--params: {name:?} is given twice")));
        }
        let Some(parameter) = parameters.iter().find(|parameter| parameter.name == name) else {
            let near = did_you_mean(&name, parameters.iter().map(|parameter| parameter.name));
            let operation = operation.description.name;
            return Err(Failure::usage(format!("--params: {operation} has no parameter {name:?}{near}")));
        };
        let json = value.get();
        let fits = request.slot(&name).is_some_and(|slot| {
            if is_text(parameter) && json.starts_with(['{', '[']) {
                // Going through the type would lose unknown members and empty lists.
                slot.put(Scalar::Text(&compact(json)))
            } else {
                decode_json::value(json, slot).is_ok_and(|notes| notes.is_empty())
                    && !(json == r#""""# && slot.view().is_absent())
            }
        });
        if !fits {
            return Err(misfit(parameter, json));
        }
        if json != "null" {
            given.insert(name);
        }
    }
    Ok(given)
}

/// The members of a JSON object, including repeated names.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members<'de>, M::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}

/// Whether a structure is sent as a string.
fn is_text(parameter: &Parameter) -> bool {
    parameter.style == Style::Json || parameter.kind == "string"
}

/// Valid JSON without white space between tokens, otherwise unchanged.
fn compact(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        if quoted || !c.is_ascii_whitespace() {
            out.push(c);
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = c == '\\' && !escaped;
    }
    out
}

/// Sets a value. Fails for an empty number or enum value, which would be dropped silently.
fn put(slot: &mut dyn Slot, value: &str) -> bool {
    slot.put(Scalar::Text(value)) && !(value.is_empty() && slot.view().is_absent())
}

/// The message doesn't show the value, which may be a secret.
fn misfit(parameter: &Parameter, value: &str) -> Failure {
    let Parameter { name, kind, values, .. } = parameter;
    let is_structure = values.is_empty() && kind.starts_with(|first: char| !first.is_ascii_lowercase());
    if let (true, Err(error)) = (is_structure, serde_json::from_str::<IgnoredAny>(value)) {
        let (line, column) = (error.line(), error.column());
        let place = format!("line {line} column {column}");
        return Failure::usage(format!("the value of {name} is not valid JSON, at {place}"));
    }
    let values =
        if values.is_empty() { String::new() } else { format!("; values are {}", values.join(", ")) };
    Failure::usage(format!("the value of {name} does not fit its type, {kind}{values}"))
}

const EXPECTED: &str = r#"expected one object of parameters, as in {"AppId":"x"}"#;
