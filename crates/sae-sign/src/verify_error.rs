use std::fmt;

use crate::{AuthorizationError, SignError};

/// Why a signature was not accepted.
///
/// ```
/// use sae_sign::{Request, verify};
///
/// let request = Request { method: "GET", path: "/", query: &[], headers: &[], body: b"" };
/// let error = verify(&request, "acs local:d3Jvbmc=", "local-secret").unwrap_err();
/// assert_eq!(error.to_string(), "the signature does not match");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The `Authorization` header can't be read.
    Authorization(AuthorizationError),
    /// The request can't be signed, so it can't be verified either.
    Request(SignError),
    /// ACS3: a header that the client says it signed is not there.
    HeaderMissing {
        /// The header.
        name: String,
    },
    /// ACS3: a header that must be signed, one with the prefix `x-acs-`, is not.
    HeaderNotSigned {
        /// The header.
        name: String,
    },
    /// The body is not the one of which a header gives the hash.
    BodyHash {
        /// The header: `content-md5` or `x-acs-content-sha256`.
        header: &'static str,
    },
    /// The signature is another one.
    Mismatch(Box<Mismatch>),
}

/// What the server signed, for its answer to the client.
///
/// `Debug` hides the texts: parameters and the security token stand in them.
///
/// ```
/// # use sae_sign::{Request, VerifyError, verify};
/// let headers = [("x-acs-security-token".into(), "session".into())];
/// let request = Request { method: "GET", path: "/", query: &[], headers: &headers, body: b"" };
/// let Err(VerifyError::Mismatch(mismatch)) = verify(&request, "acs id:d3Jvbmc=", "secret") else { panic!() };
/// assert!(mismatch.string_to_sign.contains("session"));
/// assert!(!format!("{mismatch:?}").contains("session"));
/// ```
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The server's string-to-sign.
    pub string_to_sign: String,
    /// ACS3: the server's canonical request.
    pub canonical_request: Option<String>,
}

impl Mismatch {
    pub(crate) fn boxed(string_to_sign: String, canonical_request: Option<String>) -> VerifyError {
        VerifyError::Mismatch(Box::new(Self { string_to_sign, canonical_request }))
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mismatch").finish_non_exhaustive()
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authorization(_) => f.write_str("the signature can't be read"),
            Self::Request(_) => f.write_str("the request can't be verified"),
            Self::HeaderMissing { name } => write!(f, "the signed header {name:?} is missing"),
            Self::HeaderNotSigned { name } => write!(f, "the header {name:?} must be signed"),
            Self::BodyHash { header } => write!(f, "the header {header} is not the hash of the body"),
            Self::Mismatch(_) => f.write_str("the signature does not match"),
        }
    }
}

impl std::error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Authorization(error) => Some(error),
            Self::Request(error) => Some(error),
            _ => None,
        }
    }
}

impl From<AuthorizationError> for VerifyError {
    fn from(error: AuthorizationError) -> Self {
        Self::Authorization(error)
    }
}

impl From<SignError> for VerifyError {
    fn from(error: SignError) -> Self {
        Self::Request(error)
    }
}
