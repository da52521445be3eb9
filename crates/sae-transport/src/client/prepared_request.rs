//! A request read back: what operation it is for and what its parameters are. For tests that stand in for the service.

use std::collections::BTreeMap;

use super::HttpRequest;
use crate::sign::decode;
use crate::{Any, BodyFormat, Description, Error, ErrorKind, Fields, Position, Scalar, Style, decode_json};

impl HttpRequest {
    /// The value of a header; names are in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// The name of the operation.
    pub fn operation(&self) -> Option<&str> {
        self.header("x-acs-action")
    }

    /// Whether it calls this operation of this version of the service.
    pub fn is_for(&self, description: &Description) -> bool {
        self.operation() == Some(description.name)
            && self.header("x-acs-version") == Some(description.service.version)
    }

    /// The parameters as they travelled, by wire name: texts, and structures where the body is JSON or where a structure travels in
    /// several parameters.
    pub fn parameters(&self, description: &'static Description) -> BTreeMap<&'static str, Any> {
        let (path, query) = self.path_and_query();
        let mut pairs = path_pairs(description.path, path);
        pairs.extend(query_pairs(query));
        pairs.extend(self.headers.iter().map(|(name, value)| (name.to_string(), value.to_string())));
        let mut body = BTreeMap::new();
        let text = String::from_utf8_lossy(&self.body);
        match description.body {
            BodyFormat::None => {}
            BodyFormat::Form => pairs.extend(query_pairs(&text)),
            BodyFormat::Json => {
                if let Some(Any::Object(members)) = json(&text) {
                    body = members;
                }
            }
            BodyFormat::Raw => {
                let parameter = description.parameters.iter().find(|one| one.position == Position::Body);
                body.extend(parameter.and_then(|one| Some((one.name.to_owned(), json(&text)?))));
            }
        }
        let text =
            |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, text)| Any::from(text.as_str()));
        let value = |name: &str, style: Style| match style {
            // What can be sent as text came as one.
            Style::Flat => unflattened(name, &pairs).or_else(|| text(name)),
            Style::Plain | Style::Json => text(name),
        };
        let named = description.parameters.iter().filter_map(|parameter| {
            let value = value(parameter.name, parameter.style).or_else(|| body.remove(parameter.name))?;
            Some((parameter.name, value))
        });
        named.collect()
    }

    /// Fills a typed request from the parameters.
    ///
    /// Fails with [`ErrorKind::Request`] if a value fits no reading of its parameter.
    pub fn read(&self, description: &'static Description, request: &mut dyn Fields) -> Result<(), Error> {
        for (name, value) in self.parameters(description) {
            let Some(slot) = request.slot(name) else { continue };
            let fits = match &value {
                Any::Text(text) if slot.put(Scalar::Text(text)) => true,
                value => decode_json::value(&value.to_json(), slot).is_ok_and(|misfits| misfits.is_empty()),
            };
            if !fits {
                let message = format!("the value of {name} fits no reading of its parameter");
                return Err(Error::new(ErrorKind::Request, message).with_operation(description.name));
            }
        }
        Ok(())
    }

    fn path_and_query(&self) -> (&str, &str) {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default();
        path.split_once('?').unwrap_or((path, ""))
    }
}

/// What the placeholders of a path stand for.
fn path_pairs(pattern: &str, path: &str) -> Vec<(String, String)> {
    let placeholder = |segment: &str| Some(segment.strip_prefix('{')?.strip_suffix('}')?.to_owned());
    pattern
        .split('/')
        .zip(path.split('/'))
        .filter_map(|(expected, segment)| Some((placeholder(expected)?, decode(segment, false).into_owned())))
        .collect()
}

fn query_pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let decoded = |text: &str| decode(text, true).into_owned();
    text.split('&').filter_map(move |pair| {
        let (name, value) = pair.split_once('=')?;
        Some((decoded(name), decoded(value)))
    })
}

fn json(text: &str) -> Option<Any> {
    let mut value = Any::Null;
    decode_json::value(text, &mut value).ok()?;
    Some(value)
}

/// The structure that travelled as `Tag.1.Key=…&Tag.1.Value=…`.
fn unflattened(name: &str, pairs: &[(String, String)]) -> Option<Any> {
    let mut members: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (key, value) in pairs {
        let Some(rest) = key.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let (step, deeper) = rest.split_once('.').map_or((rest, None), |(step, deeper)| (step, Some(deeper)));
        let rest = deeper.map_or(String::new(), |deeper| format!(".{deeper}"));
        members.entry(step.to_owned()).or_default().push((rest, value.clone()));
    }
    if members.is_empty() {
        return None;
    }
    let value = |pairs: &[(String, String)]| match pairs {
        [(rest, value)] if rest.is_empty() => Some(Any::Text(value.clone())),
        pairs => unflattened("", pairs),
    };
    // The items of a list are numbered from one, without a gap.
    let items: Vec<_> = (1..=members.len()).filter_map(|number| members.get(&number.to_string())).collect();
    Some(if items.len() == members.len() {
        Any::List(items.into_iter().filter_map(|pairs| value(pairs)).collect())
    } else {
        let value = |(step, pairs): (&String, &Vec<_>)| Some((step.clone(), value(pairs)?));
        Any::Object(members.iter().filter_map(value).collect())
    })
}
