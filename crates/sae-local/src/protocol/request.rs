//! A request as it arrived.

use std::borrow::Cow;

use sae_sign::Request;

use crate::protocol::percent::Pair;

/// A request as it arrived, taken out of HTTP.
///
/// It has no `Debug`: secrets stand in its query, its headers and its body.
#[derive(Default)]
pub struct HttpRequest {
    /// HTTP method.
    pub method: String,
    /// Path as it stood on the wire.
    pub path: String,
    /// Query, decoded.
    pub query: Vec<Pair>,
    /// What isn't UTF-8: the name of the first such parameter of the query or header of the signature, or `path`.
    pub garbled: Option<String>,
    /// Headers, names in lower case.
    pub headers: Vec<Pair>,
    /// Body.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The first value of a header; names are in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first value of a query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The request as the signer wants it, with these pairs of its query and its headers: see [`borrowed`].
    pub fn request<'a>(
        &'a self,
        query: &'a [BorrowedPair<'a>],
        headers: &'a [BorrowedPair<'a>],
    ) -> Request<'a> {
        Request { method: &self.method, path: &self.path, query, headers, body: &self.body }
    }

    /// The region that the client names: by header, or by the parameter that the older official SDK sends.
    pub fn region(&self) -> Option<&str> {
        let named = [self.header("x-acs-region-id"), self.query("RegionId"), self.header("regionid")];
        named.into_iter().flatten().find(|region| !region.is_empty())
    }

    /// Whether the client wants XML.
    pub fn wants_xml(&self) -> bool {
        let accept = self.header("accept").unwrap_or_default();
        let place = |kind: &str| accept.find(kind);
        match (place("application/xml").or_else(|| place("text/xml")), place("application/json")) {
            (Some(xml), Some(json)) => xml < json,
            (xml, _) => xml.is_some(),
        }
    }
}

/// A pair as the signer wants it.
type BorrowedPair<'a> = (Cow<'a, str>, Cow<'a, str>);

/// Pairs as the signer wants them.
pub fn borrowed(pairs: &[Pair]) -> Vec<BorrowedPair<'_>> {
    pairs.iter().map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str()))).collect()
}
