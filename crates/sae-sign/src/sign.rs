use crate::{Credentials, Request, Scheme, SignError, Signed, acs3, roa, rules};

/// Signs a request.
///
/// Nothing is added to the request but, with a security token, the headers of [`Signed::token_headers`]. Date and nonce are
/// headers that the caller gives: for ACS3 `x-acs-date`, `x-acs-signature-nonce` and `host` are needed; for ROA `Date` and
/// a nonce are signed if they are there.
///
/// ```
/// use sae_sign::{Credentials, Request, Scheme, sign};
///
/// let request = Request { method: "GET", path: "/", query: &[], headers: &[], body: b"" };
/// let signed = sign(Scheme::Roa, &request, &Credentials::new("id", "secret").with_token("session"))?;
/// assert_eq!(signed.string_to_sign, "GET\n\n\n\n\nx-acs-security-token:session\n/");
/// assert_eq!(signed.token_headers, [("x-acs-security-token", "session".to_owned())]);
/// # Ok::<(), sae_sign::SignError>(())
/// ```
///
/// Fails on a request that can't be right, such as one with a malformed date or with two nonces, on a key whose id would make
/// the `Authorization` header ambiguous, and on what the official signers sign in different ways: see [`SignError`].
pub fn sign(
    scheme: Scheme,
    request: &Request<'_>,
    credentials: &Credentials<'_>,
) -> Result<Signed, SignError> {
    rules::check(scheme, request, credentials)?;
    match scheme {
        Scheme::Roa => roa::sign(request, credentials),
        Scheme::Acs3 => acs3::sign(request, credentials),
    }
}
