//! Parameters: from path, query and body of a request into a typed request.

mod check;
mod flat;
mod tags;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use sae_transport::{BodyFormat, Description, Fields, Scalar};
use serde_json::Value;

use self::flat::FlatParameters;
use crate::domain::Refusal;
use crate::protocol::json;
use crate::protocol::percent::{self, Pair};
use crate::protocol::request::HttpRequest;

/// The parameters that the operation knows, by wire name, as they were sent.
pub type Parameters = BTreeMap<&'static str, String>;

/// Reads the parameters of an operation from a request. Unknown ones are ignored.
///
/// A parameter may be anywhere: the documents show some in the body that official SDKs send in the query. The path
/// takes precedence over the query, and the query over the body. The members of a flat parameter become one text of
/// JSON. Refuses a parameter that is twice in the body.
pub fn read(
    description: &Description,
    request: &HttpRequest,
    path: Vec<Pair>,
) -> Result<Parameters, Refusal> {
    let mut parameters = Parameters::new();
    let body = body(description, request)?;
    let mut names = BTreeSet::new();
    if let Some((name, _)) = body.iter().find(|(name, _)| !names.insert(name)) {
        return Err(Refusal::with("InvalidParameter", [name]));
    }
    let mut flat = FlatParameters::default();
    for pair in path.into_iter().chain(request.query.iter().cloned()).chain(body) {
        if flat.take(description, &pair) {
            continue;
        }
        let (name, value) = pair;
        if let Some(parameter) = description.parameters.iter().find(|parameter| parameter.name == name) {
            parameters.entry(parameter.name).or_insert(value);
        }
    }
    for (name, json) in flat.into_json() {
        parameters.entry(name).or_insert(json);
    }
    Ok(parameters)
}

/// Fills a typed request. Refuses missing parameters and invalid values.
pub fn fill(
    description: &Description,
    parameters: &Parameters,
    request: &mut dyn Fields,
) -> Result<(), Refusal> {
    for parameter in description.parameters {
        let Some(value) = parameters.get(parameter.name) else {
            if parameter.required {
                return Err(Refusal::missing(parameter.name));
            }
            continue;
        };
        if value.is_empty() && parameter.required && !parameter.can_be_empty() {
            return Err(Refusal::missing(parameter.name));
        }
        if value.is_empty() && check::may_be_empty(parameter) {
            continue;
        }
        let value =
            if parameter.kind == "[TagFilter]" { tags::normal(value) } else { Cow::Borrowed(&**value) };
        let misfit = || Refusal::invalid(parameter.name);
        let slot = request.slot(parameter.name).ok_or_else(misfit)?;
        check::check(parameter, &value, slot)?;
        if !check::is_document(parameter, slot) && !slot.put(Scalar::Text(&value)) {
            return Err(misfit());
        }
    }
    Ok(())
}

/// The parameters in the body, a form or a JSON object.
fn body(description: &Description, request: &HttpRequest) -> Result<Vec<Pair>, Refusal> {
    let unreadable = || Refusal::with("InvalidParameter", ["body"]);
    if request.body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Vec::new());
    }
    let json = request.header("content-type").is_some_and(|kind| kind.contains("json"))
        || request.body.trim_ascii_start().starts_with(b"{");
    if !json && description.body != BodyFormat::Raw {
        let form = percent::pairs(&request.body);
        return match form.not_utf8 {
            Some(name) => Err(Refusal::with("InvalidParameter", [name])),
            None => Ok(form.pairs),
        };
    }
    let text = std::str::from_utf8(&request.body).map_err(|_| unreadable())?;
    if description.body == BodyFormat::Raw {
        let parameter = description
            .parameters
            .iter()
            .find(|parameter| parameter.position == sae_transport::Position::Body);
        return Ok(parameter
            .map(|parameter| (parameter.name.to_owned(), text.to_owned()))
            .into_iter()
            .collect());
    }
    match json::parse(text.as_bytes()) {
        Ok(Value::Object(members)) => Ok(members.into_iter().filter_map(member).collect()),
        _ => Err(unreadable()),
    }
}

/// A member of a JSON body as text. Structures stay JSON.
fn member((name, value): (String, Value)) -> Option<Pair> {
    match value {
        Value::Null => None,
        Value::String(text) => Some((name, text)),
        value => Some((name, value.to_string())),
    }
}
