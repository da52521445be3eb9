//! ROA, signature version 1.0.
//!
//! Source: SAE API reference 2019-09, chapter 4; checked against aliyun-python-sdk-core 2.16.1.

use crate::digest::hmac_sha1;
use crate::pairs::{Pair, Pairs};
use crate::scan::{ACS, has_acs_prefix, push_lower, trimmed};
use crate::secret::same_secret;
use crate::signed::{SECURITY_TOKEN, added_header};
use crate::{Authorization, Credentials, Mismatch, Request, SignError, Signed, VerifyError, content_md5};

pub(crate) fn sign(request: &Request<'_>, credentials: &Credentials<'_>) -> Result<Signed, SignError> {
    if let Some((name, _)) = request.query.iter().find(|(name, value)| value.is_empty() && !name.is_empty()) {
        return Err(SignError::QueryValueEmpty { name: name.to_string() });
    }
    let token = match credentials.security_token() {
        Some(token) => added_header(request, SECURITY_TOKEN, token)?,
        None => None,
    };
    let string_to_sign = string_to_sign(request, token.as_ref(), EmptyValue::Equals)?;
    let signature = hmac_sha1(credentials.access_key_secret(), &string_to_sign)?;
    let id = credentials.access_key_id();
    let mut authorization = String::with_capacity(PREFIX.len() + id.len() + 1 + signature.len());
    authorization.push_str(PREFIX);
    authorization.push_str(id);
    authorization.push(':');
    authorization.push_str(&signature);
    let token_headers = token.into_iter().map(|(_, value)| (SECURITY_TOKEN, value.into_owned())).collect();
    Ok(Signed { string_to_sign, canonical_request: None, signature, authorization, token_headers })
}

pub(crate) fn verify(
    request: &Request<'_>,
    authorization: &Authorization<'_>,
    secret: &str,
) -> Result<(), VerifyError> {
    let text = string_to_sign(request, None, EmptyValue::Equals)?;
    if !same_secret(&hmac_sha1(secret, &text)?, authorization.signature) {
        // PyCore, NodeRoa and Tea-TS write `name=`; JavaCore, GoCore, Tea-Go and Tea-Python `name`.
        let split = request.query.iter().any(|(_, value)| value.is_empty());
        let bare = if split { Some(string_to_sign(request, None, EmptyValue::Bare)?) } else { None };
        let matches = match bare {
            Some(bare) => same_secret(&hmac_sha1(secret, &bare)?, authorization.signature),
            None => false,
        };
        if !matches {
            return Err(Mismatch::boxed(text, None));
        }
    }
    match request.header(CONTENT_MD5) {
        Some(md5) if trimmed(md5) != content_md5(request.body) => {
            Err(VerifyError::BodyHash { header: CONTENT_MD5 })
        }
        _ => Ok(()),
    }
}

pub(crate) fn expected(request: &Request<'_>) -> Result<Mismatch, SignError> {
    let string_to_sign = string_to_sign(request, None, EmptyValue::Equals)?;
    Ok(Mismatch { string_to_sign, canonical_request: None })
}

/// How a parameter with an empty value is written.
#[derive(Clone, Copy, PartialEq)]
enum EmptyValue {
    Equals,
    Bare,
}

fn string_to_sign(
    request: &Request<'_>,
    extra: Option<&Pair<'_>>,
    empty: EmptyValue,
) -> Result<String, SignError> {
    let mut headers = Pairs::with_capacity(request.headers.len() + 1);
    let standard = sort_headers(request, extra, &mut headers)?;
    let mut query = Pairs::with_capacity(request.query.len());
    request.sort_query(&mut query)?;
    let path = request.signed_path();

    let lengths = headers.iter().chain(query.iter()).map(|(name, value)| name.len() + value.len() + 2);
    let blanks = standard.iter().map(|value| value.len() + 1);
    let mut out = String::with_capacity(
        request.method.len() + path.len() + 1 + lengths.sum::<usize>() + blanks.sum::<usize>(),
    );

    out.push_str(request.method);
    out.make_ascii_uppercase();
    out.push('\n');
    for value in standard {
        out.push_str(value);
        out.push('\n');
    }
    for (name, value) in headers.iter() {
        push_lower(&mut out, name);
        out.push(':');
        out.push_str(trimmed(value));
        out.push('\n');
    }
    out.push_str(path);
    let mut separator = '?';
    for (name, value) in query.iter() {
        out.push(separator);
        out.push_str(name);
        if !value.is_empty() || empty == EmptyValue::Equals {
            out.push('=');
            out.push_str(value);
        }
        separator = '&';
    }
    Ok(out)
}

/// Puts the `x-acs-*` headers into `sorted`, and gives the values of Accept, Content-MD5, Content-Type and Date, empty
/// when absent.
fn sort_headers<'a>(
    request: &Request<'a>,
    extra: Option<&'a Pair<'a>>,
    sorted: &mut Pairs<'a>,
) -> Result<[&'a str; 4], SignError> {
    let mut standard = [None; 4];
    for header in request.headers {
        let (name, value) = header;
        if has_acs_prefix(name) {
            sorted.push_header(header, ACS.len());
            continue;
        }
        let [accept, content_md5, content_type, date] = &mut standard;
        let (slot, expected) = match name.len() {
            4 => (date, "date"),
            6 => (accept, "accept"),
            11 => (content_md5, CONTENT_MD5),
            12 => (content_type, "content-type"),
            _ => continue,
        };
        if name.eq_ignore_ascii_case(expected) && slot.replace(trimmed(value)).is_some() {
            return Err(SignError::HeaderRepeated { name: name.to_string() });
        }
    }
    if let Some(header) = extra {
        sorted.push_header(header, ACS.len());
    }
    sorted.sort_headers();
    match sorted.repeated(str::eq_ignore_ascii_case) {
        Some(name) => Err(SignError::HeaderRepeated { name: name.to_owned() }),
        None => Ok(standard.map(Option::unwrap_or_default)),
    }
}

const PREFIX: &str = "acs ";
const CONTENT_MD5: &str = "content-md5";
