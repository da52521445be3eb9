//! What a request said and had signed, kept until somebody asks for it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sae_sign::{Request, Scheme, expected, parse_authorization};

use crate::control::journal::cut::{LONGEST, cut};
use crate::control::journal::redaction::{self, Named};
use crate::protocol::authentication::SECURITY_TOKEN;
use crate::protocol::percent::Pair;
use crate::protocol::request::{HttpRequest, borrowed};

/// What a request said and had signed, without secrets, or what that can be computed from.
///
/// Hardly anybody ever asks, so it isn't computed for every request again. It has no `Debug`: secrets stand in it.
#[derive(Clone, PartialEq, Eq)]
pub enum RecordedRequest {
    /// The parts of a short request, but for method and path.
    Parts {
        /// Query, decoded.
        query: Vec<Pair>,
        /// Headers, names in lower case.
        headers: Vec<Pair>,
        /// Body.
        body: Vec<u8>,
    },
    /// What is told of any other, so that it isn't kept whole.
    RequestSummary(Box<RequestSummary>),
}

/// What is told of a request.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestSummary {
    /// Nothing if there was no signature of a known scheme.
    pub string_to_sign: Option<String>,
    /// By wire name.
    pub parameters: BTreeMap<String, String>,
    /// Nothing if there was none.
    pub body: Option<String>,
}

impl RecordedRequest {
    /// Takes out of a request what is kept of it.
    pub fn take(request: &mut HttpRequest, description: Option<Named>) -> Self {
        let bytes =
            |pairs: &[Pair]| pairs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if bytes(&request.query) + bytes(&request.headers) + request.body.len() > LONGEST {
            return Self::RequestSummary(Box::new(RequestSummary::of(request, description)));
        }
        Self::Parts {
            query: std::mem::take(&mut request.query),
            headers: std::mem::take(&mut request.headers),
            body: std::mem::take(&mut request.body),
        }
    }

    /// What is told of the request with this method and path. Very long texts are cut.
    pub fn told(&self, method: &str, path: &str, description: Option<Named>) -> RequestSummary {
        match self {
            Self::Parts { query, headers, body } => {
                let (method, path) = (method.to_owned(), path.to_owned());
                let (query, headers, body) = (query.clone(), headers.clone(), body.clone());
                RequestSummary::of(
                    &HttpRequest { method, path, query, garbled: None, headers, body },
                    description,
                )
            }
            Self::RequestSummary(told) => (**told).clone(),
        }
    }
}

impl RequestSummary {
    fn of(request: &HttpRequest, description: Option<Named>) -> Self {
        Self {
            string_to_sign: shown_string_to_sign(request, description),
            parameters: redaction::parameters(description, request),
            body: redaction::body(description, request),
        }
    }
}

fn shown_string_to_sign(request: &HttpRequest, description: Option<Named>) -> Option<String> {
    let authorization = request.header("authorization")?;
    // ACS3 signs a hash, in which nobody can read a secret.
    let is_readable = parse_authorization(authorization).ok()?.scheme == Scheme::Roa;
    let query = if is_readable {
        Cow::Owned(redaction::query(description, &request.query))
    } else {
        Cow::Borrowed(&request.query)
    };
    let mut text = string_to_sign(&Request {
        method: &request.method,
        path: &request.path,
        query: &borrowed(&query),
        headers: &borrowed(&request.headers),
        body: &request.body,
    })?;
    cut(&mut text);
    Some(text)
}

fn string_to_sign(request: &Request<'_>) -> Option<String> {
    let (_, authorization) = request.headers.iter().find(|(name, _)| name == "authorization")?;
    let scheme = parse_authorization(authorization).ok()?.scheme;
    let mut headers = request.headers.to_vec();
    if scheme == Scheme::Roa {
        // ACS3 signs a hash, in which nobody can read the token.
        for (_, value) in headers.iter_mut().filter(|(name, _)| name == SECURITY_TOKEN) {
            *value = Cow::Borrowed("***");
        }
    }
    Some(expected(&Request { headers: &headers, ..*request }, authorization)?.string_to_sign)
}
