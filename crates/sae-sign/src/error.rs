use std::fmt;

/// Why a request can't be signed.
///
/// Each case is a mistake of the caller, or a request that the official signers sign in different ways, so that nobody can
/// say what the service expects. The text names what is wrong and what to do.
///
/// ```
/// use sae_sign::{Credentials, Request, Scheme, SignError, sign};
///
/// let query = [("AppId".into(), "".into())];
/// let request = Request { method: "GET", path: "/", query: &query, headers: &[], body: b"" };
/// let error = sign(Scheme::Roa, &request, &Credentials::new("id", "secret")).unwrap_err();
/// assert_eq!(error, SignError::QueryValueEmpty { name: "AppId".into() });
/// assert!(error.to_string().contains("leave the parameter out"));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignError {
    /// The method is none of HTTP that an API has.
    Method,
    /// The path does not begin with `/`.
    Path,
    /// The path has a character that can't stand in the path of a URL, or a `%` that is no percent-encoding.
    PathCharacter {
        /// The first such character.
        character: char,
    },
    /// ACS3: the path has `+`, `*` or `%7E`, which some official signers rewrite and others don't.
    PathSpelling,
    /// A query parameter has no name.
    QueryNameEmpty,
    /// A query parameter occurs twice.
    QueryNameRepeated {
        /// The parameter.
        name: String,
    },
    /// ROA: a query parameter has an empty value, which some official signers write `name=` and others `name`.
    QueryValueEmpty {
        /// The parameter.
        name: String,
    },
    /// ACS3: a header without which no gateway takes a request is missing.
    HeaderMissing {
        /// The header.
        name: &'static str,
    },
    /// A header name is empty or has a character that a header name can't have.
    HeaderName {
        /// The name as given.
        name: String,
    },
    /// A header value has a line break or another control character; for ROA also a tab, or a space at an end.
    HeaderValue {
        /// The header.
        name: String,
    },
    /// A header that has one value occurs twice; for ROA, any signed header.
    HeaderRepeated {
        /// The header.
        name: String,
    },
    /// The date is not written as the scheme wants it, or is none of the calendar.
    Date {
        /// The header: `date` for ROA, `x-acs-date` for ACS3.
        header: &'static str,
    },
    /// The system's clock shows a year that is not between 1970 and 9999 (feature `now`).
    Clock,
    /// The nonce is empty, longer than 256 characters, or has one that isn't visible ASCII.
    Nonce,
    /// ACS3: the header `host` is empty or holds what no host name does.
    Host,
    /// A header names another signature than the one that is made.
    Unsupported {
        /// The header: `x-acs-signature-method` or `x-acs-signature-version`.
        header: &'static str,
        /// What it names.
        value: String,
    },
    /// The header `x-acs-content-sha256` is not the hash of the body.
    BodyHash,
    /// The request already has this header, with another value than the credentials.
    CredentialsConflict {
        /// The header.
        header: &'static str,
    },
    /// The access key id is empty or has a character that no id has: it would make the `Authorization` header ambiguous.
    AccessKeyId,
    /// The security token has white space or another character that no token has.
    SecurityToken,
    /// The secret is empty.
    Secret,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("the method is not an HTTP method: use GET, POST, PUT or DELETE"),
            Self::Path => f.write_str("the path does not begin with /"),
            Self::PathCharacter { character: '?' } => {
                f.write_str("the path has a ?: give the query apart, and write a question mark in the path as %3F")
            }
            Self::PathCharacter { character: '%' } => f.write_str(
                "the path has a % without two hexadecimal digits after it: write the percent sign as %25",
            ),
            Self::PathCharacter { character } => write!(
                f,
                "the path has {character:?}, which can't stand in a URL: percent-encode path parameters",
            ),
            Self::PathSpelling => f.write_str(
                "the path has +, * or %7E, which official signers sign in different ways: write %20 or %2B, %2A and ~",
            ),
            Self::QueryNameEmpty => f.write_str("a query parameter has an empty name: name it or leave it out"),
            Self::QueryNameRepeated { name } => write!(
                f,
                "the query parameter {name:?} occurs twice, which no official signer supports: \
                 send it once, or a list as {name:?} with .1, .2 and so on appended"
            ),
            Self::QueryValueEmpty { name } => write!(
                f,
                "the query parameter {name:?} is empty, which official signers sign in different ways: \
                 leave the parameter out"
            ),
            Self::HeaderMissing { name } => {
                write!(f, "ACS3 needs the header {name}: add it before the request is signed")
            }
            Self::HeaderName { name } => write!(f, "not a name of a header: {name:?}"),
            Self::HeaderValue { name } => write!(
                f,
                "the value of the header {name:?} has a control character, or white space at an end: \
                 remove it, because it does not survive the way to the server"
            ),
            Self::HeaderRepeated { name } => {
                write!(f, "the header {name:?} occurs twice and has one value: send it once")
            }
            Self::Date { header: "date" } => {
                f.write_str("the header date is not a date as in Mon, 26 Aug 2019 08:55:56 GMT")
            }
            Self::Date { header } => write!(f, "the header {header} is not a date as in 2019-08-26T08:55:56Z"),
            Self::Clock => f.write_str("the system's clock is not between 1970 and 9999: set it"),
            Self::Nonce => f.write_str(
                "the nonce is empty, longer than 256 characters, or has one that isn't visible ASCII: a UUID will do",
            ),
            Self::Host => f.write_str("the header host is not the name or address of a host, with or without a port"),
            Self::Unsupported { header, value } => {
                write!(f, "the header {header} names {value:?}, which is not how the request is signed: leave it out")
            }
            Self::BodyHash => {
                f.write_str("x-acs-content-sha256 is not the hash of the body: compute it from the body that is sent")
            }
            Self::CredentialsConflict { header } => write!(
                f,
                "the request has a header {header} that differs from the credentials: leave it out, signing adds it"
            ),
            Self::AccessKeyId => f.write_str(
                "the access key id is empty or has a character other than letters, digits, '.', '_' and '-'",
            ),
            Self::SecurityToken => {
                f.write_str("the security token has white space or a character beyond visible ASCII")
            }
            Self::Secret => f.write_str("the access key secret is empty"),
        }
    }
}

impl std::error::Error for SignError {}
