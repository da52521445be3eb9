use std::fmt;

use subtle::ConstantTimeEq as _;

use crate::{AuthorizationError, Request, Scheme, SignError, acs3, parse_authorization, roa};

/// Verifies a signature, on the server.
///
/// The scheme is the one that the `Authorization` header names; [`parse_authorization`] gives the id by which to look up the
/// secret. Where official signers differ (empty ROA parameters, query names and paths with special characters in ACS3), each
/// of their spellings is accepted; and `host` need not be signed in ACS3, since the asynchronous SDK for Java never does.
/// Signatures are compared in constant time. Dates, nonces and what a body may be without a hash are the caller's to check.
///
/// ```
/// use sae_sign::{Credentials, Request, Scheme, VerifyError, sign, verify};
///
/// let request = Request { method: "GET", path: "/", query: &[], headers: &[], body: b"" };
/// let signed = sign(Scheme::Roa, &request, &Credentials::new("id", "secret"))?;
/// assert!(verify(&request, &signed.authorization, "secret").is_ok());
///
/// let Err(VerifyError::Mismatch(mismatch)) = verify(&request, &signed.authorization, "other") else { panic!() };
/// assert_eq!(mismatch.string_to_sign, "GET\n\n\n\n\n/");
/// # Ok::<(), sae_sign::SignError>(())
/// ```
///
/// Fails if the signature is not that of the secret, if the header can't be read, or if the request can't be signed at all.
pub fn verify(request: &Request<'_>, authorization: &str, secret: &str) -> Result<(), VerifyError> {
    let authorization = parse_authorization(authorization)?;
    request.check()?;
    match authorization.scheme {
        Scheme::Roa => roa::verify(request, &authorization, secret),
        Scheme::Acs3 => acs3::verify(request, &authorization, secret),
    }
}

/// What a server signs for a request: its string-to-sign, to be told to a client whose signature was refused.
///
/// It is of the scheme that the `Authorization` header names, even where the rest of the header can't be read. For ACS3 the
/// signed headers are those that the header lists and the request has, and those that have to be signed.
///
/// ```
/// use sae_sign::{Request, expected};
///
/// let request = Request { method: "GET", path: "/", query: &[], headers: &[], body: b"" };
/// let text = expected(&request, "acs id:c2lnbmVk").ok_or("can't be signed")?;
/// assert_eq!(text.string_to_sign, "GET\n\n\n\n\n/");
/// let text = expected(&request, "ACS3-HMAC-SHA256 Credential=id").ok_or("can't be signed")?;
/// assert!(text.string_to_sign.starts_with("ACS3-HMAC-SHA256\n"));
/// # Ok::<(), &str>(())
/// ```
///
/// `None` if the request can't be signed, because a parameter or a header occurs twice.
pub fn expected(request: &Request<'_>, authorization: &str) -> Option<Mismatch> {
    let parsed = parse_authorization(authorization).ok();
    let names_acs3 = || authorization.trim_start().starts_with("ACS3");
    let scheme = match &parsed {
        Some(authorization) => authorization.scheme,
        None if names_acs3() => Scheme::Acs3,
        None => Scheme::Roa,
    };
    match scheme {
        Scheme::Roa => roa::expected(request),
        Scheme::Acs3 => acs3::expected(request, parsed.as_ref()),
    }
    .ok()
}

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

/// Whether two secrets are equal, in a time that tells nothing of where they differ. Only their lengths can show.
///
/// ```
/// assert!(sae_sign::same_secret("token", "token"));
/// assert!(!sae_sign::same_secret("token", "tokem"));
/// ```
pub fn same_secret(expected: &str, given: &str) -> bool {
    expected.as_bytes().ct_eq(given.as_bytes()).into()
}
