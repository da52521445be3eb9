//! A request, taken apart: what goes into the path, the query string, the body and the headers.

use std::borrow::Cow;
use std::fmt;

use crate::schema::fields::{Fields, Slot, View, Visitor};
use crate::text::missing_parameters;
use crate::{BodyFormat, Description, Error, ErrorKind, Method, Parameter, Position, Style, encode_json};

/// A name with its value, neither of them encoded.
pub type Pair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The parts of a request. Query names and values stay unencoded until the URL is written: that is how they are signed.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestParts<'a> {
    /// HTTP method.
    pub method: Method,
    /// Path with its placeholders filled in, percent-encoded.
    pub path: String,
    /// Query parameters in the order of the documentation.
    pub query: Vec<Pair<'a>>,
    /// Headers that carry parameters.
    pub headers: Vec<Pair<'a>>,
    /// The body, if the operation has one.
    pub body: Option<Body>,
}

/// A request's body.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Body {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Names of the parameters in it.
    pub parameters: Vec<&'static str>,
}

/// Names alone: values may be secret.
impl fmt::Debug for RequestParts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.query.iter().map(|(name, _)| name).collect();
        f.debug_struct("RequestParts")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &names)
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of {}", self.bytes.len(), self.content_type)
    }
}

impl<'a> RequestParts<'a> {
    /// Takes a request apart as its description says.
    ///
    /// Fails with [`ErrorKind::Request`] if a required parameter is missing, or one of the path, which is always required.
    pub fn of(description: &'static Description, request: &'a dyn Fields) -> Result<Self, Error> {
        let mut parts =
            Parts { description, query: Vec::new(), headers: Vec::new(), path: Vec::new(), body: Vec::new() };
        request.walk(&mut parts);
        parts.check_required()?;
        parts.check_path()?;
        Ok(Self {
            method: description.method,
            path: parts.filled_path(),
            body: parts.encoded_body(),
            query: parts.query,
            headers: parts.headers,
        })
    }
}

struct Parts<'a> {
    description: &'static Description,
    query: Vec<Pair<'a>>,
    headers: Vec<Pair<'a>>,
    path: Vec<Pair<'a>>,
    body: Vec<(&'static Parameter, &'a dyn Slot)>,
}

impl<'a> Visitor<'a> for Parts<'a> {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        let parameter = self.description.parameters.iter().find(|parameter| parameter.name == wire_name);
        let (Some(parameter), false) = (parameter, slot.view().is_absent()) else { return };
        match parameter.position {
            Position::Query => add(&mut self.query, parameter, slot),
            Position::Header => add(&mut self.headers, parameter, slot),
            Position::Path => add(&mut self.path, parameter, slot),
            Position::Body => self.body.push((parameter, slot)),
        }
    }
}

impl Parts<'_> {
    /// A required parameter that was left empty is as good as none, unless emptying it makes sense. A path with an empty segment would
    /// be the path of another operation.
    fn check_required(&self) -> Result<(), Error> {
        let given = |pairs: &[Pair<'_>], wanted: &Parameter| {
            pairs.iter().any(|(name, value)| {
                let flat = wanted.style == Style::Flat
                    && name.strip_prefix(wanted.name).is_some_and(|rest| rest.starts_with('.'));
                (name == wanted.name || flat) && (!value.is_empty() || wanted.can_be_empty())
            })
        };
        let missing: Vec<_> = (self.description.parameters.iter())
            .filter(|wanted| wanted.is_required())
            .filter(|wanted| match wanted.position {
                Position::Query => !given(&self.query, wanted),
                Position::Header => !given(&self.headers, wanted),
                Position::Path => !given(&self.path, wanted),
                Position::Body => {
                    let is_it = |(parameter, slot): &(&Parameter, &dyn Slot)| {
                        parameter.name == wanted.name && !text(*slot).is_empty()
                    };
                    !self.body.iter().any(is_it)
                }
            })
            .map(|wanted| wanted.name)
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Request, missing_parameters(&missing))
            .with_operation(self.description.name))
    }

    /// Dots alone would be taken for steps through the path: another operation would be called.
    fn check_path(&self) -> Result<(), Error> {
        match self.path.iter().find(|(_, value)| value == "." || value == "..") {
            None => Ok(()),
            Some((name, _)) => {
                let message = format!("{name} can't be dots alone: it is a step of the path");
                Err(Error::new(ErrorKind::Request, message).with_operation(self.description.name))
            }
        }
    }

    fn filled_path(&self) -> String {
        let mut path = self.description.path.to_owned();
        for (name, value) in &self.path {
            path = path.replace(&format!("{{{name}}}"), &sae_sign::encode(value));
        }
        path
    }

    fn encoded_body(&self) -> Option<Body> {
        if self.body.is_empty() {
            return None;
        }
        let (content_type, text) = match self.description.body {
            BodyFormat::None => return None,
            BodyFormat::Form => ("application/x-www-form-urlencoded", self.form()),
            BodyFormat::Json => {
                let members = self.body.iter().map(|(parameter, slot)| (parameter.name, *slot));
                ("application/json", encode_json::members_to_string(members))
            }
            BodyFormat::Raw => {
                let single = self.body.first().map(|(_, slot)| encode_json::slot_to_string(*slot));
                ("application/json", single.unwrap_or_default())
            }
        };
        let parameters = self.body.iter().map(|(parameter, _)| parameter.name).collect();
        Some(Body { content_type, bytes: text.into_bytes(), parameters })
    }

    fn form(&self) -> String {
        let mut pairs = Vec::new();
        for (parameter, slot) in &self.body {
            add(&mut pairs, parameter, *slot);
        }
        query_string(&pairs)
    }
}

/// Pairs as they stand in a URL or a form: percent-encoded, joined by `&`.
pub fn query_string(pairs: &[Pair<'_>]) -> String {
    let mut text =
        String::with_capacity(pairs.iter().map(|(name, value)| name.len() + value.len() + 8).sum());
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        sae_sign::encode_into(&mut text, name);
        text.push('=');
        sae_sign::encode_into(&mut text, value);
    }
    text
}

fn add<'a>(pairs: &mut Vec<Pair<'a>>, parameter: &'static Parameter, slot: &'a dyn Slot) {
    match parameter.style {
        Style::Plain | Style::Json => pairs.push((Cow::Borrowed(parameter.name), text(slot))),
        Style::Flat => flatten(pairs, parameter.name.to_owned(), slot),
    }
}

/// One pair for each leaf: list items are numbered from one, members go by name.
fn flatten<'a>(pairs: &mut Vec<Pair<'a>>, name: String, slot: &'a dyn Slot) {
    match slot.view() {
        View::List(list) => {
            let mut number = 0;
            list.each(&mut |item| {
                number += 1;
                flatten(pairs, format!("{name}.{number}"), item);
            });
        }
        View::Map(map) => map.each(&mut |key, value| flatten(pairs, format!("{name}.{key}"), value)),
        View::Object(fields) => fields.walk(&mut Flatten { pairs, name: &name }),
        View::Absent | View::Null => {}
        View::Scalar(_) | View::Json(_) => pairs.push((Cow::Owned(name), text(slot))),
    }
}

struct Flatten<'p, 'a, 'n> {
    pairs: &'p mut Vec<Pair<'a>>,
    name: &'n str,
}

impl<'a> Visitor<'a> for Flatten<'_, 'a, '_> {
    fn field(&mut self, wire_name: &'static str, slot: &'a dyn Slot) {
        flatten(self.pairs, format!("{}.{wire_name}", self.name), slot);
    }
}

/// A value as one string: a scalar as it is, a structure as JSON.
fn text(slot: &dyn Slot) -> Cow<'_, str> {
    match slot.view() {
        View::Scalar(scalar) => scalar.text(),
        View::Json(text) => text,
        _ => Cow::Owned(encode_json::slot_to_string(slot)),
    }
}
