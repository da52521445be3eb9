//! Who calls: signature, date and nonce of a request.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use sae_sign::{Credentials, Request, Scheme, SignError, VerifyError, parse_authorization, sign, verify};

use crate::access::{Access, AccessKey};
use crate::arrival::{Arrival, borrowed};
use crate::domain::{Millis, Refusal};
use crate::percent::Pair;

/// The access key that signed a request.
///
/// Checked in this order: that no header of the gateway comes twice, the form of the `Authorization` header, the key,
/// the security token, the date, the signature, the nonce. A request without a nonce is good: the older official SDK
/// sends none.
pub fn authenticate(arrival: &Arrival, access: &Access, now: Millis) -> Result<Arc<AccessKey>, Refusal> {
    if let Some(name) = repeated(&arrival.headers) {
        return Err(Refusal::with("InvalidParameter", [name]));
    }
    let header = arrival.header("authorization").filter(|header| !header.is_empty());
    let header = header.ok_or_else(|| absent("Authorization"))?;
    let (query, headers) = (borrowed(&arrival.query), borrowed(&arrival.headers));
    let request = Request {
        method: &arrival.method,
        path: &arrival.path,
        query: &query,
        headers: &headers,
        body: &arrival.body,
    };
    let claimed = parse_authorization(header).map_err(|_| incomplete(&request))?;
    let key = access.key(claimed.access_key_id).ok_or(Refusal::new("InvalidAccessKeyId.NotFound"))?;
    check_token(arrival.header(SECURITY_TOKEN), key.token.as_deref())?;
    check_date(date(arrival, claimed.scheme)?, now)?;
    verify(&request, header, &key.secret).map_err(|error| refusal(error, &request))?;
    match arrival.header("x-acs-signature-nonce").filter(|nonce| !nonce.is_empty()) {
        Some(nonce) if !key.nonces().use_once(nonce, now) => Err(Refusal::new("SignatureNonceUsed")),
        _ => Ok(key),
    }
}

/// A temporary key is good with its token alone: without one the service doesn't find it. A lasting key has none.
fn check_token(given: Option<&str>, expected: Option<&str>) -> Result<(), Refusal> {
    match (given.filter(|token| !token.is_empty()), expected) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Refusal::new("InvalidAccessKeyId.NotFound")),
        (Some(token), _) if !token.bytes().all(|byte| byte.is_ascii_graphic()) => {
            Err(Refusal::new("InvalidSecurityToken.Malformed"))
        }
        (Some(token), Some(expected)) if token == expected => Ok(()),
        (Some(_), _) => Err(Refusal::new("InvalidSecurityToken.MismatchWithAccessKey")),
    }
}

/// The access key that a request names, and its string-to-sign with the value of the security token blanked.
pub fn claimed(arrival: &Arrival) -> (Option<&str>, Option<String>) {
    let authorization = arrival.header("authorization").and_then(|header| parse_authorization(header).ok());
    let Some(authorization) = authorization else { return (None, None) };
    let mut headers = borrowed(&arrival.headers);
    if authorization.scheme == Scheme::Roa {
        // ACS3 signs a hash, in which nobody can read the token.
        for (_, value) in headers.iter_mut().filter(|(name, _)| name == SECURITY_TOKEN) {
            *value = Cow::Borrowed("***");
        }
    }
    let request = Request {
        method: &arrival.method,
        path: &arrival.path,
        query: &borrowed(&arrival.query),
        headers: &headers,
        body: &arrival.body,
    };
    let signed = sign(authorization.scheme, &request, &Credentials::new("unknown", "unknown"));
    (Some(authorization.access_key_id), signed.ok().map(|signed| signed.string_to_sign))
}

/// A header of the gateway that comes twice. ACS3 signs two headers of one name like one header with both values, so
/// that a nonce with a comma in it could be used again in two pieces.
fn repeated(headers: &[Pair]) -> Option<&str> {
    let mut names = headers.iter().map(|(name, _)| name.as_str());
    std::iter::from_fn(|| names.next().map(|name| (name, names.clone())))
        .filter(|(name, _)| name.starts_with("x-acs-") || *name == "authorization")
        .find_map(|(name, mut others)| others.any(|other| other == name).then_some(name))
}

/// A parameter of the gateway is missing.
pub fn absent(name: &str) -> Refusal {
    Refusal::with("MissingParameter", [name])
}

fn refusal(error: VerifyError, request: &Request<'_>) -> Refusal {
    let not_valid = |name: &str| Refusal::with("InvalidParameter", [name]);
    match error {
        VerifyError::Mismatch(mismatch) => Refusal::with("SignatureDoesNotMatch", [mismatch.string_to_sign]),
        VerifyError::HeaderMissing { name } => absent(&name),
        VerifyError::BodyHash { header } => not_valid(header),
        VerifyError::Request(
            SignError::QueryNameRepeated { name }
            | SignError::HeaderRepeated { name }
            | SignError::HeaderValue { name },
        ) => not_valid(&name),
        _ => incomplete(request),
    }
}

/// The `Authorization` header is not one of a known scheme. The answer holds what ROA would have signed, if it can be
/// told.
fn incomplete(request: &Request<'_>) -> Refusal {
    let signed = sign(Scheme::Roa, request, &Credentials::new("unknown", "unknown"));
    Refusal::with("IncompleteSignature", [signed.map(|signed| signed.string_to_sign).unwrap_or_default()])
}

/// The date of a request: `Date` for ROA, `x-acs-date` for ACS3.
fn date(arrival: &Arrival, scheme: Scheme) -> Result<Millis, Refusal> {
    let date = match scheme {
        Scheme::Acs3 => arrival.header("x-acs-date").and_then(iso),
        _ => arrival.header("date").and_then(rfc),
    };
    date.ok_or(Refusal::new("InvalidTimeStamp.Format"))
}

fn check_date(date: Millis, now: Millis) -> Result<(), Refusal> {
    if (now - date).abs() > WINDOW { Err(Refusal::new("InvalidTimeStamp.Expired")) } else { Ok(()) }
}

/// `Mon, 26 Aug 2019 08:55:56 GMT`.
fn rfc(text: &str) -> Option<Millis> {
    let since = httpdate::parse_http_date(text).ok()?.duration_since(UNIX_EPOCH).ok()?;
    Millis::try_from(since.as_millis()).ok()
}

/// `2019-08-26T08:55:56Z`, written as the other form and read by the same rules.
fn iso(text: &str) -> Option<Millis> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-');
    let (year, month, day) = (date.next()?, date.next()?, date.next()?);
    let month = MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?)?;
    // The other form names the day of the week, and only the right one is taken.
    DAYS.iter().find_map(|weekday| rfc(&format!("{weekday}, {day} {month} {year} {time} GMT")))
}

const SECURITY_TOKEN: &str = "x-acs-security-token";
/// How far the date of a request may be from now.
const WINDOW: Millis = 15 * 60 * 1000;

#[cfg(test)]
mod tests {
    use super::{iso, rfc};

    #[test]
    fn dates_of_both_schemes_are_read() {
        let date = 1_566_809_756_000;
        assert_eq!(rfc("Mon, 26 Aug 2019 08:55:56 GMT"), Some(date));
        assert_eq!(iso("2019-08-26T08:55:56Z"), Some(date));
        assert_eq!(iso("2026-11-22T05:34:28Z"), rfc("Sun, 22 Nov 2026 05:34:28 GMT"));
        assert!(iso("2026-11-22T05:34:28Z").is_some());
        for text in [
            "",
            "2019-08-26",
            "2019-08-26T08:55:56",
            "2019-13-26T08:55:56Z",
            "2019-00-26T08:55:56Z",
            "T",
            "--TZ",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
