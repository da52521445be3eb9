//! Authentication of requests: signature, date and nonce.

use std::sync::Arc;

use sae_sign::{
    Scheme, SignError, VerifyError, expected, is_nonce, parse_authorization, same_secret, verify,
};
use sae_transport::{BodyFormat, Description};

use crate::domain::{Millis, Refusal};
use crate::protocol::access_keys::{AccessKey, AccessKeys};
use crate::protocol::percent::Pair;
use crate::protocol::request::{HttpRequest, borrowed};

/// Returns the access key that signed a request, and the signature scheme.
///
/// The checks, in this order: everything is text, no signed header is repeated, the `Authorization` header is
/// well-formed, the key exists, its security token, the signature method, the date, the headers that the scheme
/// requires, the signature. The nonce is checked later, by [`use_nonce`].
pub fn authenticate(
    request: &HttpRequest,
    access: &AccessKeys,
    now: Millis,
) -> Result<(Arc<AccessKey>, Scheme), Refusal> {
    if let Some(name) = request.not_utf8.as_deref().or_else(|| repeated(&request.headers)) {
        return Err(invalid_parameter(name));
    }
    let header = header(request, "authorization").ok_or_else(|| missing_parameter("Authorization"))?;
    let claimed = parse_authorization(header)
        .map_err(|error| incomplete(request, &format!("The signature can't be read: {error}.")))?;
    let key = access.key(claimed.access_key_id).ok_or(Refusal::new("InvalidAccessKeyId.NotFound"))?;
    check_token(request.header(SECURITY_TOKEN), key.token.as_deref())?;
    check_method(request, claimed.scheme)?;
    check_date(request, claimed.scheme, now)?;
    check_needed(request, claimed.scheme)?;
    let (query, headers) = (borrowed(&request.query), borrowed(&request.headers));
    verify(&request.request(&query, &headers), header, &key.secret)
        .map_err(|error| refusal(error, request))?;
    Ok((key, claimed.scheme))
}

/// Uses up the nonce of a request, or refuses it if it was used before. A ROA request without one is accepted, since
/// the older official SDKs for Python and Go send none.
pub fn use_nonce(request: &HttpRequest, key: &AccessKey, now: Millis) -> Result<(), Refusal> {
    match header(request, NONCE) {
        Some(nonce) if !key.nonces().use_once(nonce, now) => Err(Refusal::new("SignatureNonceUsed")),
        _ => Ok(()),
    }
}

/// Makes the nonce of a request usable again, after nothing was done with the request.
pub fn return_nonce(request: &HttpRequest, key: &AccessKey) {
    if let Some(nonce) = header(request, NONCE) {
        key.nonces().forget(nonce);
    }
}

/// Refuses a body that isn't covered by the signature. ACS3 signs the body itself. ROA signs its hash in `Content-MD5`,
/// which SDKs of the Tea generation leave out; where the operation has a body, their signed `Content-Type` is accepted
/// instead.
pub fn check_body(request: &HttpRequest, scheme: Scheme, description: &Description) -> Result<(), Refusal> {
    let is_announced = description.body != BodyFormat::None && header(request, "content-type").is_some();
    let is_signed = scheme != Scheme::Roa || header(request, "content-md5").is_some() || is_announced;
    if is_signed || request.body.iter().all(u8::is_ascii_whitespace) {
        Ok(())
    } else {
        Err(incomplete(request, "The header \"content-md5\" is missing, so the body is not signed."))
    }
}

/// Checks the security token. A temporary key without its token is treated as unknown; a permanent key accepts none.
fn check_token(given: Option<&str>, expected: Option<&str>) -> Result<(), Refusal> {
    match (given.filter(|token| !token.is_empty()), expected) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Refusal::new("InvalidAccessKeyId.NotFound")),
        (Some(token), _) if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(Refusal::new("InvalidSecurityToken.Malformed"))
        }
        (Some(token), Some(expected)) if same_secret(expected, token) => Ok(()),
        (Some(_), _) => Err(Refusal::new("InvalidSecurityToken.MismatchWithAccessKey")),
    }
}

/// The id of the access key that a request names.
pub fn claimed_key_id(request: &HttpRequest) -> Option<&str> {
    let authorization = request.header("authorization")?;
    parse_authorization(authorization).ok().map(|claimed| claimed.access_key_id)
}

/// The first header of the signature that is repeated. ACS3 signs two headers with the same name like one header with
/// both values, so a nonce with a comma could be split and used again.
fn repeated(headers: &[Pair]) -> Option<&str> {
    let mut names = headers.iter().map(|(name, _)| name.as_str());
    std::iter::from_fn(|| names.next().map(|name| (name, names.clone())))
        .filter(|(name, _)| is_of_signature(name))
        .find_map(|(name, mut others)| others.any(|other| other == name).then_some(name))
}

/// Whether a header, with its name in lower case, belongs to the signature.
pub fn is_of_signature(name: &str) -> bool {
    name.starts_with("x-acs-") || SINGLE.contains(&name)
}

/// Refuses a request because a parameter of the gateway is missing.
pub fn missing_parameter(name: &str) -> Refusal {
    Refusal::with("MissingParameter", [name])
}

/// Refuses a request because a parameter of the gateway is invalid.
fn invalid_parameter(name: &str) -> Refusal {
    Refusal::with("InvalidParameter", [name])
}

/// The value of a header; none if it is empty.
fn header<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    request.header(name).filter(|value| !value.is_empty())
}

fn refusal(error: VerifyError, request: &HttpRequest) -> Refusal {
    match error {
        VerifyError::Mismatch(mismatch) => Refusal::with("SignatureDoesNotMatch", [mismatch.string_to_sign]),
        VerifyError::HeaderMissing { name } => {
            incomplete(request, &format!("The signed header {name:?} is missing."))
        }
        VerifyError::HeaderNotSigned { name } => {
            incomplete(request, &format!("The header {name:?} is not among the signed headers."))
        }
        VerifyError::BodyHash { header } => invalid_parameter(header),
        VerifyError::Request(
            SignError::QueryNameRepeated { name }
            | SignError::HeaderRepeated { name }
            | SignError::HeaderValue { name },
        ) => invalid_parameter(&name),
        error => incomplete(request, &format!("The signature can't be verified: {error}.")),
    }
}

/// Refuses a request because its signature is incomplete, with the reason and the string-to-sign of its scheme.
fn incomplete(request: &HttpRequest, reason: &str) -> Refusal {
    let (query, headers) = (borrowed(&request.query), borrowed(&request.headers));
    let authorization = request.header("authorization").unwrap_or_default();
    let text = expected(&request.request(&query, &headers), authorization);
    Refusal::with("IncompleteSignature", [text.map(|text| text.string_to_sign).unwrap_or_default()])
        .with_reason(reason)
}

/// Checks the headers that name the signature method and version. They may be missing.
fn check_method(request: &HttpRequest, scheme: Scheme) -> Result<(), Refusal> {
    if !header(request, "x-acs-signature-method").is_none_or(|method| scheme.takes_method(method)) {
        return Err(Refusal::new("InvalidSignatureMethod"));
    }
    let version = "x-acs-signature-version";
    if header(request, version).is_none_or(|given| scheme.takes_version(given)) {
        Ok(())
    } else {
        Err(invalid_parameter(version))
    }
}

/// Checks the date: `Date` for ROA, `x-acs-date` for ACS3. It must be at most 15 minutes from `now`.
fn check_date(request: &HttpRequest, scheme: Scheme, now: Millis) -> Result<(), Refusal> {
    let date = request.header(scheme.date_header()).and_then(|date| scheme.read_date(date));
    let date = date.ok_or(Refusal::new("InvalidTimeStamp.Format"))?;
    if (now - date * 1000).abs() > WINDOW { Err(Refusal::new("InvalidTimeStamp.Expired")) } else { Ok(()) }
}

/// Checks the headers that every official SDK sends: ACS3 requires a nonce and the hash of the body.
fn check_needed(request: &HttpRequest, scheme: Scheme) -> Result<(), Refusal> {
    if let Some(nonce) = header(request, NONCE)
        && !is_nonce(nonce)
    {
        return Err(invalid_parameter(NONCE));
    }
    let needed = if scheme == Scheme::Acs3 { &[NONCE, "x-acs-content-sha256"][..] } else { &[] };
    match needed.iter().find(|name| header(request, name).is_none()) {
        Some(name) => Err(missing_parameter(name)),
        None => Ok(()),
    }
}

/// The header with the security token of a temporary access key.
pub const SECURITY_TOKEN: &str = "x-acs-security-token";
const NONCE: &str = "x-acs-signature-nonce";
/// Signed headers besides those that begin with `x-acs-`.
const SINGLE: [&str; 4] = ["authorization", "content-md5", "content-type", "date"];
/// How far the date of a request may be from now, in milliseconds.
const WINDOW: Millis = 15 * 60 * 1000;
