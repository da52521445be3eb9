//! Headers and signature of one attempt.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub use sae_sign::nonce;
use sae_sign::{Scheme, SignError};

use super::{Credentials, Endpoint, HttpRequest};
use crate::message::signed_text::SignedText;
use crate::{Description, Error, ErrorKind, Pair, RequestParts, query_string};

/// The form in which the service answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the gateway speaks these two")]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl Format {
    const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }
}

/// What differs from attempt to attempt, and how it is signed.
#[derive(Clone)]
#[non_exhaustive]
pub struct SigningContext<'a> {
    /// The time of the attempt, by the service's clock.
    pub time: SystemTime,
    /// A value that no other request has.
    pub nonce: String,
    /// Signature scheme.
    pub scheme: Scheme,
    /// Form of the answer.
    pub format: Format,
    /// Region, for the services that want it in a header.
    pub region: Option<&'a str>,
    /// Further headers, with names in lower case.
    pub headers: Vec<Pair<'static>>,
}

impl SigningContext<'_> {
    /// ACS3, JSON, no region.
    pub fn new(time: SystemTime, nonce: String) -> Self {
        Self { time, nonce, scheme: Scheme::Acs3, format: Format::Json, region: None, headers: Vec::new() }
    }
}

impl fmt::Debug for SigningContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningContext")
            .field("scheme", &self.scheme)
            .field("format", &self.format)
            .finish_non_exhaustive()
    }
}

/// A request that has been signed.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignedRequest {
    /// The request as it goes out.
    pub http: HttpRequest,
    /// What was signed. Holds parameters, which may be secret.
    pub text: SignedText,
}

/// The request as it goes out: headers, signature, URL.
///
/// Fails with [`ErrorKind::Request`] where official signers disagree about the signature: with ROA, an empty query value.
pub fn signed_request(
    description: &'static Description,
    parts: &RequestParts<'_>,
    endpoint: &Endpoint,
    credentials: &Credentials,
    mut context: SigningContext<'_>,
) -> Result<SignedRequest, Error> {
    let scheme = context.scheme;
    let Some(date) = seconds(context.time).and_then(|since| scheme.write_date(since)) else {
        let message = "the time of a request must be between 1970 and 9999";
        return Err(Error::new(ErrorKind::Request, message).with_operation(description.name));
    };
    let body = parts.body.as_ref().map_or(&[][..], |body| body.bytes.as_slice());
    let further = std::mem::take(&mut context.headers);
    let mut headers = headers(description, parts, endpoint, context, date);
    let is_known = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    if let Some((name, _)) = further.iter().find(|(name, _)| is_known(name)) {
        let message = format!("the header {name} is set by the call itself");
        return Err(Error::new(ErrorKind::Request, message).with_operation(description.name));
    }
    headers.extend(further);
    let request = sae_sign::Request {
        method: parts.method.as_str(),
        path: &parts.path,
        query: &parts.query,
        headers: &headers,
        body,
    };
    let signed = sae_sign::sign(scheme, &request, &credentials.for_signer())
        .map_err(|error| Error::new(ErrorKind::Request, unsigned(&error)).with_operation(description.name))?;
    headers.extend(signed.token_headers.into_iter().map(|(name, value)| (name.into(), value.into())));
    headers.push(("authorization".into(), signed.authorization.into()));
    let url = endpoint.url(&parts.path, &query_string(&parts.query));
    let text = SignedText {
        string_to_sign: signed.string_to_sign,
        canonical_request: signed.canonical_request,
        signature: signed.signature,
    };
    Ok(SignedRequest { http: HttpRequest { method: parts.method, url, headers, body: body.to_vec() }, text })
}

fn unsigned(error: &SignError) -> String {
    match error {
        SignError::QueryValueEmpty { name } => format!(
            "{name} is empty, and official signers disagree on how ROA signs an empty value: sign with ACS3 \
             (Scheme::Acs3, --signature acs3), or leave {name} out"
        ),
        error => format!("the request can't be signed: {error}"),
    }
}

/// All of them but the signature, for which there is room.
fn headers(
    description: &'static Description,
    parts: &RequestParts<'_>,
    endpoint: &Endpoint,
    context: SigningContext<'_>,
    date: String,
) -> Vec<Pair<'static>> {
    let version = description.service.version;
    let mut headers: Vec<Pair<'static>> = Vec::with_capacity(14 + parts.headers.len());
    let mut add = |name: &'static str, value: Cow<'static, str>| headers.push((Cow::Borrowed(name), value));
    add("accept", context.format.media_type().into());
    add("x-acs-action", description.name.into());
    add("x-acs-version", version.into());
    add("x-acs-signature-nonce", context.nonce.into());
    if let Some(region) = context.region {
        add("x-acs-region-id", region.to_owned().into());
    }
    if let Some(body) = &parts.body {
        add("content-type", body.content_type.into());
    }
    add(context.scheme.date_header(), date.into());
    if context.scheme == Scheme::Acs3 {
        add("host", endpoint.host().to_owned().into());
        let body = parts.body.as_ref().map_or(&[][..], |body| body.bytes.as_slice());
        add("x-acs-content-sha256", sae_sign::sha256_hex(body).into());
    } else {
        add("x-acs-signature-method", "HMAC-SHA1".into());
        add("x-acs-signature-version", "1.0".into());
        if let Some(body) = &parts.body {
            add("content-md5", sae_sign::content_md5(&body.bytes).into());
        }
    }
    let owned = |text: &Cow<'_, str>| Cow::Owned(text.to_string());
    headers.extend(parts.headers.iter().map(|(name, value)| (owned(name), owned(value))));
    headers
}

/// The time by the service's clock, given how far it is ahead of ours, in seconds.
pub(super) fn service_time(ahead: i64) -> SystemTime {
    let now = SystemTime::now();
    let shift = Duration::from_secs(ahead.unsigned_abs());
    let shifted = if ahead < 0 { now.checked_sub(shift) } else { now.checked_add(shift) };
    shifted.unwrap_or(now)
}

/// How far the service's clock is ahead of ours, in seconds, by the `Date` of its answer. A date in another century is none.
pub(super) fn clock_difference(date: &str) -> Option<i64> {
    let theirs = seconds(httpdate::parse_http_date(date).ok()?)?;
    Some(theirs - seconds(SystemTime::now())?).filter(|difference| difference.abs() < CENTURY)
}

/// Seconds since 1970.
fn seconds(time: SystemTime) -> Option<i64> {
    time.duration_since(UNIX_EPOCH).ok().and_then(|since| i64::try_from(since.as_secs()).ok())
}

const CENTURY: i64 = 100 * 365 * 24 * 60 * 60;
