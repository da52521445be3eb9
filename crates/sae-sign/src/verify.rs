use crate::{Mismatch, Request, Scheme, VerifyError, acs3, parse_authorization, roa};

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
