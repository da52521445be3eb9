//! Requests in the journal.

use std::borrow::Cow;
use std::collections::BTreeMap;

use sae_sign::{Request, Scheme, expected, parse_authorization};

use crate::control::journal::cut::{LONGEST, cut};
use crate::control::journal::redaction::{self, OperationId};
use crate::protocol::authentication::SECURITY_TOKEN;
use crate::protocol::percent::Pair;
use crate::protocol::request::{HttpRequest, borrowed};

/// The data of a request in the journal.
///
/// What it shows is computed only when it is read, since that is rare. It has no `Debug`: it contains secrets.
#[derive(Clone, PartialEq, Eq)]
pub enum RecordedRequest {
    /// A short request, except its method and path.
    Parts {
        /// Decoded query.
        query: Vec<Pair>,
        /// Headers with names in lower case.
        headers: Vec<Pair>,
        /// Body.
        body: Vec<u8>,
    },
    /// The summary of a longer request.
    Summary(Box<RequestSummary>),
}

/// What the journal shows of a request, without secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct RequestSummary {
    /// None if it had no signature of a known scheme.
    pub string_to_sign: Option<String>,
    /// The parameters by wire name.
    pub parameters: BTreeMap<String, String>,
    /// None if it was empty.
    pub body: Option<String>,
}

impl RecordedRequest {
    /// Takes the data out of a request.
    pub fn take(request: &mut HttpRequest, description: Option<OperationId>) -> Self {
        let bytes =
            |pairs: &[Pair]| pairs.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        if bytes(&request.query) + bytes(&request.headers) + request.body.len() > LONGEST {
            return Self::Summary(Box::new(RequestSummary::of(request, description)));
        }
        Self::Parts {
            query: std::mem::take(&mut request.query),
            headers: std::mem::take(&mut request.headers),
            body: std::mem::take(&mut request.body),
        }
    }

    /// The summary of a request with this method and path. Texts longer than 8 KiB are cut.
    pub fn summary(&self, method: &str, path: &str, description: Option<OperationId>) -> RequestSummary {
        match self {
            Self::Parts { query, headers, body } => {
                let (method, path) = (method.to_owned(), path.to_owned());
                let (query, headers, body) = (query.clone(), headers.clone(), body.clone());
                RequestSummary::of(
                    &HttpRequest { method, path, query, not_utf8: None, headers, body },
                    description,
                )
            }
            Self::Summary(summary) => (**summary).clone(),
        }
    }
}

impl RequestSummary {
    fn of(request: &HttpRequest, description: Option<OperationId>) -> Self {
        Self {
            string_to_sign: readable_string_to_sign(request, description),
            parameters: redaction::parameters(description, request),
            body: redaction::body(description, request),
        }
    }
}

fn readable_string_to_sign(request: &HttpRequest, description: Option<OperationId>) -> Option<String> {
    let authorization = request.header("authorization")?;
    // ACS3 signs a hash, in which no secret can be read.
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
        // ACS3 signs a hash, in which the token can't be read.
        for (_, value) in headers.iter_mut().filter(|(name, _)| name == SECURITY_TOKEN) {
            *value = Cow::Borrowed("***");
        }
    }
    Some(expected(&Request { headers: &headers, ..*request }, authorization)?.string_to_sign)
}
