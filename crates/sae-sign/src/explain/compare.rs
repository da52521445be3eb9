//! Compares what two sides signed, part by part, and says what to do about each difference.

use super::explanation::{Difference, Part};
use super::read::{Kind, Read, parameters};
use crate::encode;

/// Adds the parts in which two texts differ, the query apart.
pub(super) fn compare_parts(own: &Read<'_>, server: &Read<'_>, out: &mut Vec<Difference>) {
    for (part, value) in &own.parts {
        let other = server.part(part);
        if other != Some(value) {
            out.push(difference(part, Some(value), other));
        }
    }
    for (part, value) in &server.parts {
        if own.part(part).is_none() {
            out.push(difference(part, None, Some(value)));
        }
    }
}

fn difference(part: &Part, own: Option<&str>, server: Option<&str>) -> Difference {
    // A ROA line is blank when the header is absent.
    let present = |value: Option<&str>| value.filter(|value| !value.is_empty()).map(str::to_owned);
    let advice = match (part, own.unwrap_or_default(), server.unwrap_or_default()) {
        (Part::Path, own, server) => path_advice(own, server),
        (Part::Method, ..) => METHOD,
        (Part::SignedHeaders, ..) => SIGNED_HEADERS,
        (Part::BodyHash, ..) => BODY,
        (_, own, server) if own.trim() == server.trim() => WHITE_SPACE,
        (_, "", _) => ADDED,
        (_, _, "") => LOST,
        (Part::Header(name), ..) => match name.as_str() {
            "date" | "x-acs-date" | "x-acs-signature-nonce" => FRESH,
            "content-md5" | "x-acs-content-sha256" => BODY,
            _ => REPLACED,
        },
        _ => REPLACED,
    };
    let (own, server) = if is_shown(part, own) && is_shown(part, server) {
        (present(own), present(server))
    } else {
        (None, None)
    };
    Difference { part: part.clone(), own, server, advice }
}

/// Whether a header, its name in lower case, is one whose value can't be a secret. One that isn't known can.
///
/// ```
/// use sae_sign::explain::is_harmless;
///
/// assert!(is_harmless("x-acs-signature-nonce"));
/// assert!(!is_harmless("x-acs-security-token"));
/// ```
pub fn is_harmless(header: &str) -> bool {
    header.starts_with("x-acs-signature-") || SHOWN.contains(&header)
}

/// Whether a value is none of those that can be secrets, tokens first of all. In a header that isn't known it can.
fn is_shown(part: &Part, value: Option<&str>) -> bool {
    match part {
        Part::Header(name) => is_harmless(name),
        // A query string that stands where the path alone belongs.
        Part::Path => !value.is_some_and(|path| path.contains('?')),
        _ => true,
    }
}

fn path_advice(own: &str, server: &str) -> &'static str {
    let encoded = |path: &str| path.split('/').map(encode).collect::<Vec<_>>().join("/");
    if encoded(own) == server || encoded(server) == own { PATH_ENCODING } else { PATH }
}

/// Values of parameters can be secrets, so they are compared and not shown.
pub(super) fn compare_query(own: &Read<'_>, server: &Read<'_>, out: &mut Vec<Difference>) {
    let mut push = |name: &str, advice| {
        out.push(Difference { part: Part::Query(name.to_owned()), own: None, server: None, advice });
    };
    let canonical = own.kind == Kind::Canonical;
    let (signed, arrived) = (parameters(own.query, server.query), parameters(server.query, own.query));
    for (name, value) in &signed {
        let advice = match arrived.iter().find(|(other, _)| other == name) {
            Some((_, other)) if other == value => continue,
            Some((_, other)) => value_advice(value.unwrap_or_default(), other.unwrap_or_default(), canonical),
            None => QUERY_LOST,
        };
        push(name, advice);
    }
    for (name, _) in &arrived {
        if !signed.iter().any(|(other, _)| other == name) {
            push(name, QUERY_ADDED);
        }
    }
}

fn value_advice(own: &str, server: &str, canonical: bool) -> &'static str {
    let same_but_encoded = |a: &str, b: &str| encode(a) == b || encode(a).replace("%20", "+") == b;
    if own.is_empty() && server.is_empty() {
        EMPTY
    } else if own.trim().replace("\r\n", "\n") == server.trim().replace("\r\n", "\n") {
        VALUE_SPACE
    } else if own.replace('+', " ") == server.replace('+', " ") {
        PLUS
    } else if same_but_encoded(own, server) || same_but_encoded(server, own) {
        if canonical { ENCODE } else { RAW }
    } else if unescaped(own) == unescaped(server) {
        // As for `~` and `*`, which some encoders escape and some don't.
        if canonical { ENCODE } else { RAW }
    } else if own.replace(['+', ' '], "%20") == server.replace(['+', ' '], "%20") {
        PLUS
    } else {
        QUERY_VALUE
    }
}

/// The bytes that percent-encoding stands for.
pub(super) fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits =
            tail.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = tail.get(2..).unwrap_or_default();
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    bytes
}

/// Headers whose values are shown, besides those of the signature.
const SHOWN: [&str; 11] = [
    "accept",
    "content-md5",
    "content-type",
    "date",
    "host",
    "user-agent",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-region-id",
    "x-acs-version",
];
const METHOD: &str = "send the request with the method that was signed";
const REPLACED: &str =
    "what is sent must be what was signed; an HTTP library or a proxy may have replaced it";
const ADDED: &str = "it was added after signing: set it before, or stop the HTTP library from adding it";
const LOST: &str = "it was signed but did not arrive: send it, and see whether a proxy removes it";
const FRESH: &str = "send the value that was signed, and sign each attempt anew";
const BODY: &str = "compute the hash from the very bytes that are sent";
const WHITE_SPACE: &str = "only white space differs: sign the value without white space at its ends";
const VALUE_SPACE: &str = "only white space differs, at an end of the value or in its line breaks: send the very value that was signed";
const SIGNED_HEADERS: &str = "name exactly the headers that were signed, in lower case, sorted, joined by ;";
const PATH: &str = "sign the path of the URL that is sent, and see whether a proxy rewrites it";
const PATH_ENCODING: &str = "one side has it percent-encoded: sign the path as it stands on the wire";
const RAW: &str = "one side has it percent-encoded: ROA signs names and values raw, only the URL is encoded";
const ENCODE: &str = "the two sides encode it differently: ACS3 signs names and values percent-encoded once, by RFC 3986, \
     where ~ stays and * becomes %2A";
const PLUS: &str = "a space and a plus sign were mixed up: send a space as %20 and a plus sign as %2B";
pub(super) const EMPTY: &str =
    "an empty value is spelt name= or name, depending on the signer: leave the parameter out";
const QUERY_LOST: &str = "it was signed but is not in the URL that arrived";
const QUERY_ADDED: &str = "it is in the URL that arrived but was not signed";
const QUERY_VALUE: &str = "the value that arrived is not the one that was signed (values are not shown)";
pub(super) const ORDER: &str = "the parts are the same: sort headers and parameters by name, byte by byte";
