//! Signature V3, ACS3-HMAC-SHA256.
//!
//! Source: alibabacloud.com help, "Request syntax and signature method V3"; checked against alibabacloud_tea_openapi 0.4.6.

use std::borrow::Cow;
use std::ops::Range;

use crate::authorization::ACS3 as ALGORITHM;
use crate::digest::{Hex, hmac_sha256, sha256};
use crate::encode::{encode_into, encoded_len};
use crate::pairs::Pairs;
use crate::scan::{has_acs_prefix, push_lower, trimmed};
use crate::secret::same_secret;
use crate::signed::{SECURITY_TOKEN, added_header};
use crate::{Authorization, Credentials, Mismatch, Request, SignError, Signed, VerifyError};

pub(crate) fn sign(request: &Request<'_>, credentials: &Credentials<'_>) -> Result<Signed, SignError> {
    if matches!(folded(request.signed_path()), Cow::Owned(_)) {
        return Err(SignError::PathSpelling);
    }
    let hash = sha256(request.body);
    if request.header(CONTENT_SHA256).is_some_and(|given| trimmed(given) != hash.as_str()) {
        return Err(SignError::BodyHash);
    }
    let id = credentials.access_key_id();
    let token = match credentials.security_token() {
        Some(token) => {
            [added_header(request, ACCESS_KEY_ID, id)?, added_header(request, SECURITY_TOKEN, token)?]
        }
        None => [None, None],
    };
    let mut headers = Pairs::with_capacity(request.headers.len() + token.len());
    let given = request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case(AUTHORIZATION));
    given.chain(token.iter().flatten()).for_each(|header| headers.push_header(header, 0));

    headers.sort_headers();
    let canonical = Canonical::of(request, &headers, &hash, Spelling::default())?;
    let string_to_sign = canonical.string_to_sign();
    let signature = hmac_sha256(credentials.access_key_secret(), &string_to_sign)?;
    let signature = signature.as_str();
    let names = canonical.signed_headers();
    let mut authorization =
        String::with_capacity(ALGORITHM.len() + 38 + id.len() + names.len() + signature.len());
    for part in [ALGORITHM, " Credential=", id, ",SignedHeaders=", names, ",Signature=", signature] {
        authorization.push_str(part);
    }
    let token_headers = [ACCESS_KEY_ID, SECURITY_TOKEN]
        .into_iter()
        .zip(&token)
        .filter_map(|(name, header)| header.as_ref().map(|(_, value)| (name, value.to_string())))
        .collect();
    Ok(Signed {
        string_to_sign,
        canonical_request: Some(canonical.text),
        signature: signature.to_owned(),
        authorization,
        token_headers,
    })
}

pub(crate) fn verify(
    request: &Request<'_>,
    authorization: &Authorization<'_>,
    secret: &str,
) -> Result<(), VerifyError> {
    let headers = signed_headers(request, authorization)?;
    let hash = sha256(request.body);
    if request.header(CONTENT_SHA256).is_some_and(|given| trimmed(given) != hash.as_str()) {
        return Err(VerifyError::BodyHash { header: CONTENT_SHA256 });
    }
    let mut first = None;
    for spelling in Spelling::all_for(request) {
        let canonical = Canonical::of(request, &headers, &hash, spelling)?;
        let text = canonical.string_to_sign();
        if same_secret(hmac_sha256(secret, &text)?.as_str(), authorization.signature) {
            return Ok(());
        }
        first.get_or_insert((text, canonical.text));
    }
    let (text, canonical) = first.unwrap_or_default();
    Err(Mismatch::boxed(text, Some(canonical)))
}

/// The text that the server signs, if the client signed what it lists and what it has to.
pub(crate) fn expected(
    request: &Request<'_>,
    authorization: Option<&Authorization<'_>>,
) -> Result<Mismatch, SignError> {
    let is_signed = |name: &str| match authorization {
        Some(authorization) => lists(authorization, name),
        // What official signers sign.
        None => name.eq_ignore_ascii_case("host") || name.eq_ignore_ascii_case("content-type"),
    };
    let mut headers = Pairs::with_capacity(request.headers.len());
    let signed = request.headers.iter().filter(|(name, _)| has_acs_prefix(name) || is_signed(name));
    signed.for_each(|header| headers.push_header(header, 0));
    headers.sort_headers();
    let canonical = Canonical::of(request, &headers, &sha256(request.body), Spelling::default())?;
    Ok(Mismatch { string_to_sign: canonical.string_to_sign(), canonical_request: Some(canonical.text) })
}

fn lists(authorization: &Authorization<'_>, name: &str) -> bool {
    authorization.signed_header_names().any(|signed| name.eq_ignore_ascii_case(signed))
}

/// The headers that the client says it signed. It must have signed all of Alibaba Cloud's own.
fn signed_headers<'a>(
    request: &Request<'a>,
    authorization: &Authorization<'_>,
) -> Result<Pairs<'a>, VerifyError> {
    for name in authorization.signed_header_names() {
        if request.header(name).is_none() {
            return Err(VerifyError::HeaderMissing { name: name.to_owned() });
        }
    }
    let mut headers = Pairs::with_capacity(request.headers.len());
    for header in request.headers {
        let (name, _) = header;
        if lists(authorization, name) {
            headers.push_header(header, 0);
        } else if has_acs_prefix(name) {
            return Err(VerifyError::HeaderNotSigned { name: name.to_string() });
        }
    }
    headers.sort_headers();
    Ok(headers)
}

/// The canonical request, and where in it the names of the signed headers stand.
struct Canonical {
    text: String,
    names: Range<usize>,
}

impl Canonical {
    fn of(
        request: &Request<'_>,
        headers: &Pairs<'_>,
        hash: &Hex,
        spelling: Spelling,
    ) -> Result<Self, SignError> {
        let hash = hash.as_str();
        let mut query = Pairs::with_capacity(request.query.len());
        request.sort_query(&mut query)?;
        let path = request.signed_path();
        let lengths = headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 3);
        let encoded = query.iter().map(|(name, value)| encoded_len(name) + encoded_len(value) + 2);
        let mut out = String::with_capacity(
            request.method.len()
                + path.len()
                + hash.len()
                + 6
                + lengths.sum::<usize>()
                + encoded.sum::<usize>(),
        );

        out.push_str(request.method);
        out.make_ascii_uppercase();
        out.push('\n');
        out.push_str(&if spelling.folded_path { folded(path) } else { Cow::Borrowed(path) });
        out.push('\n');
        for (index, (name, value)) in query.iter().enumerate() {
            if index > 0 {
                out.push('&');
            }
            if spelling.raw_names {
                out.push_str(name);
            } else {
                encode_into(&mut out, name);
            }
            out.push('=');
            encode_into(&mut out, value);
        }
        out.push('\n');
        let mut last = "";
        for (name, value) in headers.iter() {
            if name.eq_ignore_ascii_case(last) {
                out.push(',');
            } else {
                if !last.is_empty() {
                    out.push('\n');
                }
                push_lower(&mut out, name);
                out.push(':');
            }
            out.push_str(trimmed(value));
            last = name;
        }
        if !last.is_empty() {
            out.push('\n');
        }
        out.push('\n');
        let start = out.len();
        let mut last = "";
        for (name, _) in headers.iter().filter(|(name, _)| {
            let new = !name.eq_ignore_ascii_case(last);
            last = name;
            new
        }) {
            if out.len() > start {
                out.push(';');
            }
            out.push_str(name);
        }
        if let Some(names) = out.get_mut(start..) {
            names.make_ascii_lowercase();
        }
        let names = start..out.len();
        out.push('\n');
        out.push_str(hash);
        Ok(Self { text: out, names })
    }

    fn signed_headers(&self) -> &str {
        self.text.get(self.names.clone()).unwrap_or_default()
    }

    fn string_to_sign(&self) -> String {
        [ALGORITHM, sha256(self.text.as_bytes()).as_str()].join("\n")
    }
}

/// Where official signers differ. The default is what the documentation says and what this crate signs.
#[derive(Clone, Copy, Default)]
struct Spelling {
    /// Tea-Python, Go and TS don't encode query names.
    raw_names: bool,
    /// Go, TS and Java rewrite `+`, `*` and `%7E` of the path.
    folded_path: bool,
}

impl Spelling {
    /// The spellings that make a difference to this request.
    fn all_for(request: &Request<'_>) -> impl Iterator<Item = Self> {
        let names = request.query.iter().any(|(name, _)| encoded_len(name) != name.len());
        let path = matches!(folded(request.signed_path()), Cow::Owned(_));
        [(false, false), (true, false), (false, true), (true, true)]
            .into_iter()
            .filter(move |(raw_names, folded_path)| (names || !raw_names) && (path || !folded_path))
            .map(|(raw_names, folded_path)| Self { raw_names, folded_path })
    }
}

/// The path as Go, TS and Java sign it.
fn folded(path: &str) -> Cow<'_, str> {
    if path.contains(['+', '*']) || path.contains("%7E") {
        Cow::Owned(path.replace('+', "%20").replace('*', "%2A").replace("%7E", "~"))
    } else {
        Cow::Borrowed(path)
    }
}

const ACCESS_KEY_ID: &str = "x-acs-accesskey-id";
const AUTHORIZATION: &str = "authorization";
const CONTENT_SHA256: &str = "x-acs-content-sha256";
