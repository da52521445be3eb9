//! Why the server's signature is another one.
//!
//! A server that refuses a signature answers with the text that it signed itself. [`explain`] compares it with the client's
//! own, part by part, and names the cause.

use std::fmt;

pub use self::key::{KeyFault, key_faults};
pub use self::message::{server_text, without_server_text};
use self::read::{Kind, Read, parameters, read};
use crate::encode;

mod doubts;
mod key;
mod message;
mod read;
mod white_space;

/// Compares the client's own string-to-sign or canonical request with the server's.
///
/// `server` is the message of the server's refusal or the bare text from it. For ACS3 give the canonical request as `own`
/// where you have it: the string-to-sign holds nothing but its hash.
///
/// ```
/// use sae_sign::explain::{Cause, explain};
///
/// let own = "GET\napplication/json\n\n\nMon, 26 Aug 2019 08:55:56 GMT\nx-acs-version:2019-05-06\n/pop/v1/paas/regionConfig";
/// let message = format!("The signature does not match. server string to sign is:{own}");
/// assert_eq!(explain(own, &message).cause, Cause::Secret);
///
/// let message = message.replace("application/json", "*/*");
/// assert_eq!(
///     explain(own, &message).to_string(),
///     "the server signed another text, in 1 place:\n\
///      - header accept: signed \"application/json\", the server has \"*/*\": \
///      what is sent must be what was signed; an HTTP library or a proxy may have replaced it",
/// );
/// ```
pub fn explain(own: &str, server: &str) -> Explanation {
    let server = server_text(server, own);
    let server = server.as_ref();
    if server.is_empty() {
        return Explanation { cause: Cause::NoServerText, differences: Vec::new() };
    }
    if own == server {
        return Explanation { cause: Cause::Secret, differences: Vec::new() };
    }
    let (own, server, white_space) = white_space::apart(own, server);
    if own == server {
        return Explanation { cause: Cause::WhiteSpace, differences: white_space };
    }
    let (own_read, server_read) = (read(&own), read(server));
    let cause = match (own_read.kind, server_read.kind) {
        (Kind::Hash, Kind::Hash) => Cause::HashOnly,
        (Kind::Other, _) => Cause::OwnLayout,
        (_, Kind::Other) => Cause::NoServerText,
        (a, b) if a != b => Cause::Scheme,
        _ => Cause::Request,
    };
    let mut differences = Vec::new();
    if cause == Cause::Request {
        compare_parts(&own_read, &server_read, &mut differences);
        compare_query(&own_read, &server_read, &mut differences);
        if differences.is_empty() {
            differences.push(Difference { part: Part::Order, own: None, server: None, advice: ORDER });
        }
        differences.extend(white_space);
    }
    Explanation { cause, differences }
}

/// Names the likely causes where the client's text isn't known.
///
/// What the server signed is what the client has to sign for the request that arrived. The differences of the explanation are
/// parts that clients are known to sign otherwise; there may be none.
///
/// ```
/// use sae_sign::explain::{Cause, Part, explain_server};
///
/// let message = "The signature does not match. server string to sign is:GET\n\n\n\n\n/?Name=a b";
/// let explanation = explain_server(message);
/// assert_eq!(explanation.cause, Cause::Unknown);
/// assert_eq!(explanation.differences[0].part, Part::Query("Name".into()));
/// ```
pub fn explain_server(message: &str) -> Explanation {
    let server = server_text(message, "");
    let server = read(&server);
    let cause = match server.kind {
        Kind::Roa | Kind::Canonical => Cause::Unknown,
        Kind::Hash => Cause::HashOnly,
        Kind::Other => Cause::NoServerText,
    };
    Explanation { cause, differences: doubts::doubts(&server) }
}

/// What [`explain`] found out. `Display` gives the cause in a line, then a line for each difference.
///
/// ```
/// let explanation = sae_sign::explain::explain("GET\n\n\n\n\n/a", "GET\n\n\n\n\n/b");
/// assert_eq!(explanation.differences.len(), 1);
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Where the fault lies.
    pub cause: Cause,
    /// The parts that differ, if the cause is [`Cause::Request`] or [`Cause::WhiteSpace`]; those that may differ, if it is
    /// [`Cause::Unknown`].
    pub differences: Vec<Difference>,
}

/// Where the fault lies.
///
/// ```
/// use sae_sign::explain::{Cause, explain};
///
/// assert_eq!(explain("GET\n\n\n\n\n/", "ACS3-HMAC-SHA256\n00").cause, Cause::Scheme);
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Both sides signed the same text, so they have different secrets.
    Secret,
    /// Both sides signed the same text but for white space at its ends or for the kind of its line breaks. One of them
    /// signed that, or it was added when the text was saved or copied.
    WhiteSpace,
    /// Only the server's text is known.
    Unknown,
    /// The server received another request than the one that was signed.
    Request,
    /// The two texts belong to different schemes, or one is a canonical request and the other isn't.
    Scheme,
    /// ACS3: only hashes are known, and they differ.
    HashOnly,
    /// The own text is not built as the scheme wants it.
    OwnLayout,
    /// The server's text is missing or can't be read.
    NoServerText,
}

/// A part of the request in which the two texts differ, or may.
///
/// ```
/// use sae_sign::explain::{Part, explain};
///
/// let explanation = explain("GET\n\n\n\n\n/?Name=a b", "GET\n\n\n\n\n/?Name=a%20b");
/// let difference = &explanation.differences[0];
/// assert_eq!(difference.part, Part::Query("Name".into()));
/// assert!(difference.advice.contains("raw"));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which part.
    pub part: Part,
    /// What the client signed; `None` if it is absent, or could be a secret.
    pub own: Option<String>,
    /// What the server signed; `None` if it is absent, or could be a secret.
    pub server: Option<String>,
    /// What to do.
    pub advice: &'static str,
}

/// A part of a signed request.
///
/// ```
/// use sae_sign::explain::Part;
///
/// assert_eq!(Part::Header("date".into()).to_string(), "header date");
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The method.
    Method,
    /// A header, by its lower-case name.
    Header(String),
    /// The path.
    Path,
    /// A query parameter, by its name as it stands in the text; by no name if the query string doesn't begin with one.
    Query(String),
    /// ACS3: the list of signed headers.
    SignedHeaders,
    /// ACS3: the hash of the body.
    BodyHash,
    /// The order of headers or parameters.
    Order,
    /// White space before the text.
    Beginning,
    /// White space after the text.
    End,
    /// The characters between the lines.
    LineBreaks,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cause {
            Cause::Secret => f.write_str(
                "both sides signed the same text: the access key secret is wrong, or belongs to another access key id",
            )?,
            Cause::WhiteSpace => f.write_str(
                "the two texts are the same but for white space. If it was signed, it is the cause; if a file or copying added it, the \
                 access key secret is wrong, or belongs to another access key id:",
            )?,
            Cause::Request => {
                let count = self.differences.len();
                let places = if count == 1 { "place" } else { "places" };
                write!(f, "the server signed another text, in {count} {places}:")?;
            }
            Cause::Unknown => {
                f.write_str(
                    "the client has to sign the same text; if it did, the access key secret is wrong, or belongs to another access \
                     key id",
                )?;
                if !self.differences.is_empty() {
                    f.write_str(". If it didn't, look at:")?;
                }
            }
            Cause::Scheme => f.write_str(
                "the two texts are of different kinds: compare a ROA string-to-sign with one, or an ACS3 canonical \
                 request with one",
            )?,
            Cause::HashOnly => {
                f.write_str("the canonical requests differ, but only their hashes are given: compare the canonical requests")?;
            }
            Cause::OwnLayout => f.write_str(
                "the client's text is not built as the scheme wants it: after the method, Accept, Content-MD5, \
                 Content-Type and Date have a line each, blank when absent; then x-acs- headers; then the path",
            )?,
            Cause::NoServerText => f.write_str(
                "there is no string-to-sign of the server: give the message of the error, or what follows \
                 \"server string to sign is:\" in it",
            )?,
        }
        for difference in &self.differences {
            write!(f, "\n- {difference}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part)?;
        match (&self.own, &self.server) {
            (Some(own), Some(server)) => write!(f, ": signed {own:?}, the server has {server:?}")?,
            (Some(own), None) => write!(f, ": signed {own:?}, the server has none")?,
            (None, Some(server)) => write!(f, ": not signed, the server has {server:?}")?,
            (None, None) => {}
        }
        write!(f, ": {}", self.advice)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method => f.write_str("method"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Path => f.write_str("path"),
            Self::Query(name) if name.is_empty() => f.write_str("beginning of the query string"),
            Self::Query(name) => write!(f, "query parameter {name}"),
            Self::SignedHeaders => f.write_str("list of signed headers"),
            Self::BodyHash => f.write_str("hash of the body"),
            Self::Order => f.write_str("order"),
            Self::Beginning => f.write_str("beginning of the text"),
            Self::End => f.write_str("end of the text"),
            Self::LineBreaks => f.write_str("line breaks"),
        }
    }
}

fn compare_parts(own: &Read<'_>, server: &Read<'_>, out: &mut Vec<Difference>) {
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
fn compare_query(own: &Read<'_>, server: &Read<'_>, out: &mut Vec<Difference>) {
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
fn unescaped(text: &str) -> Vec<u8> {
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
const EMPTY: &str = "an empty value is spelt name= or name, depending on the signer: leave the parameter out";
const QUERY_LOST: &str = "it was signed but is not in the URL that arrived";
const QUERY_ADDED: &str = "it is in the URL that arrived but was not signed";
const QUERY_VALUE: &str = "the value that arrived is not the one that was signed (values are not shown)";
const ORDER: &str = "the parts are the same: sort headers and parameters by name, byte by byte";
