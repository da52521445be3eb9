//! Parameters and bodies of recorded requests without their secrets.

use std::collections::{BTreeMap, BTreeSet};

use sae_sign::encode;
use sae_transport::redact::{Members, Redaction, UNKNOWN, structure};
use sae_transport::text::SECRET;
use sae_transport::{Any, BodyFormat, Description, Position, Registered, Scalar};

use crate::control::journal::cut::cut;
use crate::handlers::operations;
use crate::handlers::routes;
use crate::protocol::parameters;
use crate::protocol::percent::{self, Pair};
use crate::protocol::request::HttpRequest;

/// Identifies an operation of the spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationId {
    version: &'static str,
    operation: &'static str,
}

impl OperationId {
    /// The identifier of this operation.
    pub fn of(description: &Description) -> Self {
        Self { version: description.service.version, operation: description.name }
    }

    fn registered(self) -> Option<&'static Registered> {
        all().find(|registered| Self::of(registered.description) == self)
    }
}

/// The parameters by wire name, as text. Sensitive values are [`SECRET`], unknown parameters are [`UNKNOWN`].
pub fn parameters(named: Option<OperationId>, request: &HttpRequest) -> BTreeMap<String, String> {
    let sent = request.query.iter().map(|(name, _)| (name.clone(), UNKNOWN.to_owned()));
    let mut found: BTreeMap<_, _> = sent.collect();
    let Some(registered) = named.and_then(OperationId::registered) else { return found };
    let path = routes::fit(registered.description.path, &request.path).unwrap_or_default();
    let parameters = parameters::read(registered.description, request, path).unwrap_or_default();
    let members = parameters.into_iter().map(|(name, value)| (name.to_owned(), Any::Text(value))).collect();
    let redacted = redacted(registered, members);
    found.extend(redacted.into_iter().map(|(name, value)| {
        let mut text = value.as_str().map_or_else(|| value.to_json(), str::to_owned);
        cut(&mut text);
        (name, text)
    }));
    found
}

/// The body, a form or JSON; none if it was empty. Sensitive values are [`SECRET`], unknown parameters are [`UNKNOWN`].
pub fn body(named: Option<OperationId>, request: &HttpRequest) -> Option<String> {
    if request.body.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(&request.body).ok();
    let text = text.and_then(|text| body_text(named.and_then(OperationId::registered)?, text));
    let mut text = text.unwrap_or_else(|| format!("({} unreadable bytes)", request.body.len()));
    cut(&mut text);
    Some(text)
}

fn body_text(registered: &Registered, text: &str) -> Option<String> {
    let description = registered.description;
    let document = structure(text);
    if description.body == BodyFormat::Raw {
        let whole = description.parameters.iter().find(|one| one.position == Position::Body)?;
        let value = document.unwrap_or_else(|| text.into());
        let redacted = redacted(registered, Members::from([(whole.name.to_owned(), value)]));
        let value = redacted.into_values().next()?;
        return Some(value.as_str().map_or_else(|| value.to_json(), str::to_owned));
    }
    if let Some(Any::Object(members)) = document {
        return Some(Any::Object(redacted(registered, members)).to_json());
    }
    let is_known = |name: &str| description.parameters.iter().any(|parameter| parameter.name == name);
    let pairs = percent::pairs(text.as_bytes()).pairs.into_iter().map(|(name, value)| {
        // Text that isn't a form is read as a name without a value.
        if value.is_empty() && !is_known(&name) {
            return UNKNOWN.to_owned();
        }
        let redacted = redacted(registered, Members::from([(name.clone(), Any::Text(value))]));
        let value = redacted.values().next().and_then(Any::as_str).unwrap_or_default();
        let is_mark = value == SECRET || value == UNKNOWN;
        format!("{}={}", encode(&name), if is_mark { value.into() } else { encode(value) })
    });
    Some(pairs.collect::<Vec<_>>().join("&"))
}

fn redacted(registered: &Registered, mut members: Members) -> Members {
    let mut secret = |_: Scalar<'_>| SECRET.to_owned();
    Redaction::new(&mut secret).parameters(&mut members, &mut *(registered.request)());
    members
}

/// A query without secrets. A parameter that the operation doesn't have counts as secret if any operation has a
/// sensitive one with this name, in any case, or if its name suggests a secret.
pub fn query(named: Option<OperationId>, query: &[Pair]) -> Vec<Pair> {
    let known = named.and_then(OperationId::registered);
    let parameters = all().flat_map(|one| one.description.parameters);
    let sensitive: BTreeSet<_> =
        parameters.filter(|it| it.sensitive).map(|it| it.name.to_ascii_lowercase()).collect();
    let is_secret = |name: &str| {
        let name = name.to_ascii_lowercase();
        sensitive.contains(&name) || SUSPICIOUS.iter().any(|part| name.contains(part))
    };
    let is_known =
        |name: &str| known.is_some_and(|one| one.description.parameters.iter().any(|it| it.name == name));
    let pairs = query.iter().map(|(name, value)| {
        let text = match known {
            Some(registered) if is_known(name) => {
                let redacted =
                    redacted(registered, Members::from([(name.clone(), Any::from(value.as_str()))]));
                redacted.values().next().and_then(Any::as_str).map(str::to_owned)
            }
            _ => is_secret(name).then(|| SECRET.to_owned()),
        };
        (name.clone(), text.unwrap_or_else(|| value.clone()))
    });
    pairs.collect()
}

/// Parts of names that suggest a secret, in lower case.
const SUSPICIOUS: &[&str] = &["credential", "password", "secret", "signature", "token"];

fn all() -> impl Iterator<Item = &'static Registered> {
    operations::PRODUCTS.iter().flat_map(|product| product.registered.iter().copied().flatten())
}
