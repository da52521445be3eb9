use std::fmt;

use crate::pairs::Pair;
use crate::secret::same_secret;
use crate::{Request, SignError};

/// A signature and the steps that led to it.
///
/// `Debug` hides the texts: parameters and the security token stand in them.
///
/// ```
/// use sae_sign::{Credentials, Request, Scheme, sign};
///
/// let headers = [
///     ("host".into(), "sae.cn-hangzhou.aliyuncs.com".into()),
///     ("x-acs-date".into(), "2019-08-26T08:55:56Z".into()),
///     ("x-acs-signature-nonce".into(), "f63659d4-10ac-483b-99da-ea8fde61eae3".into()),
/// ];
/// let request = Request { method: "GET", path: "/", query: &[], headers: &headers, body: b"" };
/// let signed = sign(Scheme::Acs3, &request, &Credentials::new("id", "secret").with_token("session"))?;
/// assert!(signed.canonical_request.as_deref().is_some_and(|text| text.contains("session")));
/// assert!(!format!("{signed:?}").contains("session"));
/// # Ok::<(), sae_sign::SignError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, PartialEq, Eq)]
pub struct Signed {
    /// What the HMAC was taken of.
    pub string_to_sign: String,
    /// ACS3: the text whose hash stands in the string-to-sign.
    pub canonical_request: Option<String>,
    /// The bare signature: Base64 for ROA, hex for ACS3.
    pub signature: String,
    /// Value of the `Authorization` header.
    pub authorization: String,
    /// Headers that the security token needs and that the request did not have. They are signed and must be sent.
    pub token_headers: Vec<(&'static str, String)>,
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.token_headers.iter().map(|header| header.0).collect();
        f.debug_struct("Signed")
            .field("signature", &self.signature)
            .field("token_headers", &names)
            .finish_non_exhaustive()
    }
}

/// A header that the credentials add, or nothing if the request has it already.
pub(crate) fn added_header<'a>(
    request: &Request<'_>,
    header: &'static str,
    value: &'a str,
) -> Result<Option<Pair<'a>>, SignError> {
    match request.header(header) {
        None => Ok(Some((header.into(), value.into()))),
        Some(present) if same_secret(present, value) => Ok(None),
        Some(_) => Err(SignError::CredentialsConflict { header }),
    }
}

pub(crate) const SECURITY_TOKEN: &str = "x-acs-security-token";
