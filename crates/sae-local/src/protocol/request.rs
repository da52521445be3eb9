//! HTTP requests.

use std::borrow::Cow;

use sae_sign::Request;

use crate::protocol::percent::Pair;

/// A request as it arrived.
///
/// It has no `Debug`: query, headers and body contain secrets.
#[derive(Default)]
pub struct HttpRequest {
    /// HTTP method.
    pub method: String,
    /// Path as it was sent.
    pub path: String,
    /// Decoded query.
    pub query: Vec<Pair>,
    /// What isn't UTF-8: the name of the first such query parameter or signed header, or `path`.
    pub not_utf8: Option<String>,
    /// Headers with names in lower case.
    pub headers: Vec<Pair>,
    /// Body.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The first value of a header; `name` is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The request for the signer, with these pairs of its query and its headers: see [`borrowed`].
    pub fn request<'a>(
        &'a self,
        query: &'a [BorrowedPair<'a>],
        headers: &'a [BorrowedPair<'a>],
    ) -> Request<'a> {
        Request { method: &self.method, path: &self.path, query, headers, body: &self.body }
    }

    /// The region that the client names in a header or, like an older official SDK, in a query parameter.
    pub fn region(&self) -> Option<&str> {
        let named = [self.header("x-acs-region-id"), self.query("RegionId"), self.header("regionid")];
        named.into_iter().flatten().find(|region| !region.is_empty())
    }

    /// Whether the client prefers XML to JSON.
    pub fn wants_xml(&self) -> bool {
        let accept = self.header("accept").unwrap_or_default();
        let place = |kind: &str| accept.find(kind);
        match (place("application/xml").or_else(|| place("text/xml")), place("application/json")) {
            (Some(xml), Some(json)) => xml < json,
            (xml, _) => xml.is_some(),
        }
    }
}

/// A name and a value for the signer.
type BorrowedPair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Pairs for the signer.
pub fn borrowed(pairs: &[Pair]) -> Vec<BorrowedPair<'_>> {
    pairs.iter().map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str()))).collect()
}
