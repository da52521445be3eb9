use std::borrow::Cow;
use std::fmt;

use crate::SignError;
use crate::pairs::{Pair, Pairs};
use crate::scan::{has_control, is_name};

/// The parts of an HTTP request that signatures cover.
///
/// `Debug` shows names only, since values of parameters and headers can be secrets:
///
/// ```
/// let query = [("OssAkSecret".into(), "hidden".into())];
/// let request = sae_sign::Request { method: "GET", path: "/", query: &query, headers: &[], body: b"" };
/// assert_eq!(
///     format!("{request:?}"),
///     r#"Request { method: "GET", path: "/", query: ["OssAkSecret"], headers: [], body_len: 0 }"#,
/// );
/// ```
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// HTTP method; signed in upper case.
    pub method: &'a str,
    /// Path as it stands on the wire, path parameters percent-encoded, without the query. Empty means `/`.
    pub path: &'a str,
    /// Query parameters, names and values raw: not percent-encoded, in any order.
    pub query: &'a [(Cow<'a, str>, Cow<'a, str>)],
    /// Headers in any order and any case. Those that the HTTP library adds later are not signed.
    pub headers: &'a [(Cow<'a, str>, Cow<'a, str>)],
    /// Body as it is sent; empty when there is none.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// First value of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|header| header.0.eq_ignore_ascii_case(name)).map(|header| &*header.1)
    }

    /// The path to sign.
    pub(crate) fn signed_path(&self) -> &'a str {
        if self.path.is_empty() { "/" } else { self.path }
    }

    /// Refuses what no HTTP request can carry, so that a server can't have received it. What a client signs is held to
    /// stricter rules.
    pub(crate) fn check(&self) -> Result<(), SignError> {
        let path = self.signed_path();
        if !is_name(self.method) {
            return Err(SignError::Method);
        }
        if !path.starts_with('/') {
            return Err(SignError::Path);
        }
        if let Some(character) =
            path.chars().find(|character| character.is_ascii_control() || *character == '?')
        {
            return Err(SignError::PathCharacter { character });
        }
        for (name, value) in self.headers {
            if !is_name(name) {
                return Err(SignError::HeaderName { name: name.to_string() });
            }
            // HTTP drops the white space at the ends and keeps the tabs.
            if has_control(value) && has_control(&value.replace('\t', "")) {
                return Err(SignError::HeaderValue { name: name.to_string() });
            }
        }
        Ok(())
    }

    /// Puts the query into `pairs`, sorted by name, each name once.
    pub(crate) fn sort_query(&self, pairs: &mut Pairs<'a>) -> Result<(), SignError> {
        self.query.iter().for_each(|pair| pairs.push_parameter(pair));
        pairs.sort_parameters();
        if pairs.iter().next().is_some_and(|(name, _)| name.is_empty()) {
            return Err(SignError::QueryNameEmpty);
        }
        match pairs.repeated(|a, b| a == b) {
            Some(name) => Err(SignError::QueryNameRepeated { name: name.to_owned() }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[Pair<'_>]| pairs.iter().map(|pair| pair.0.to_string()).collect::<Vec<String>>();
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &names(self.query))
            .field("headers", &names(self.headers))
            .field("body_len", &self.body.len())
            .finish()
    }
}
