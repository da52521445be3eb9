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
    /// The method is empty or has a character that a method can't have.
    Method,
    /// The path does not begin with `/`, or has a `?` or a control character.
    Path,
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
    /// ROA: a signed header occurs twice.
    HeaderRepeated {
        /// The header.
        name: String,
    },
    /// The header `x-acs-content-sha256` is not the hash of the body.
    BodyHash,
    /// The request already has this header, with another value than the credentials.
    CredentialsConflict {
        /// The header.
        header: &'static str,
    },
    /// The access key id is empty or has a character that can't stand in an `Authorization` header.
    AccessKeyId,
    /// The secret is empty.
    Secret,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("the method is not an HTTP method: use GET, POST, PUT or DELETE"),
            Self::Path => f.write_str(
                "the path must begin with / and have no ? and no control character: \
                 percent-encode path parameters and give the query apart",
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
            Self::HeaderName { name } => write!(f, "not a name of a header: {name:?}"),
            Self::HeaderValue { name } => write!(
                f,
                "the value of the header {name:?} has a control character, or white space at an end: \
                 remove it, because it does not survive the way to the server"
            ),
            Self::HeaderRepeated { name } => {
                write!(f, "the header {name:?} occurs twice and is signed only once: send it once")
            }
            Self::BodyHash => {
                f.write_str("x-acs-content-sha256 is not the hash of the body: compute it from the body that is sent")
            }
            Self::CredentialsConflict { header } => write!(
                f,
                "the request has a header {header} that differs from the credentials: leave it out, signing adds it"
            ),
            Self::AccessKeyId => {
                f.write_str("the access key id is empty or has white space, a colon, a comma or a control character")
            }
            Self::Secret => f.write_str("the access key secret is empty"),
        }
    }
}

impl std::error::Error for SignError {}
