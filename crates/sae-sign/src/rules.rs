//! What a request and a key must be before they are signed. What is signed otherwise is refused by every gateway, or means
//! something else there.

use core::net::Ipv6Addr;

use crate::scan::{has_control, is_token, is_visible, trimmed};
use crate::{Credentials, Request, Scheme, SignError};

/// Refuses what can't be right.
pub(crate) fn check(
    scheme: Scheme,
    request: &Request<'_>,
    credentials: &Credentials<'_>,
) -> Result<(), SignError> {
    if !is_access_key_id(credentials.access_key_id()) {
        return Err(SignError::AccessKeyId);
    }
    if !credentials.security_token().is_none_or(is_visible) {
        return Err(SignError::SecurityToken);
    }
    if !METHODS.iter().any(|method| request.method.eq_ignore_ascii_case(method)) {
        return Err(SignError::Method);
    }
    check_path(request.signed_path())?;
    check_headers(scheme, request)
}

/// Whether this can be the id of an access key: letters, digits, `.`, `_` and `-`, as in `LTAI5tExample` and `STS.Example`.
/// Anything else would make the `Authorization` header mean something else.
///
/// ```
/// assert!(sae_sign::is_access_key_id("STS.NUgYrLnoC37mZZCNnAbez"));
/// assert!(!sae_sign::is_access_key_id("id,SignedHeaders=host"));
/// ```
pub fn is_access_key_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// Whether this can be a nonce: 1 to 256 visible characters of ASCII. Official SDKs send 32 to 50.
///
/// ```
/// assert!(sae_sign::is_nonce("f63659d4-10ac-483b-99da-ea8fde61eae3"));
/// assert!(!sae_sign::is_nonce(&"x".repeat(257)));
/// ```
pub fn is_nonce(nonce: &str) -> bool {
    nonce.len() <= LONGEST_NONCE && is_visible(nonce)
}

impl Scheme {
    /// Whether `x-acs-signature-method` may have this value in a request of this scheme. The header may be missing, too.
    ///
    /// ```
    /// assert!(!sae_sign::Scheme::Roa.takes_method("HMAC-MD5"));
    /// ```
    pub fn takes_method(self, method: &str) -> bool {
        match self {
            Self::Roa => method == "HMAC-SHA1",
            Self::Acs3 => ["ACS3-HMAC-SHA256", "HMAC-SHA256"].contains(&method),
        }
    }

    /// Whether `x-acs-signature-version` may have this value in a request of this scheme. The header may be missing, too.
    ///
    /// ```
    /// assert!(sae_sign::Scheme::Roa.takes_version("1.0"));
    /// ```
    pub fn takes_version(self, version: &str) -> bool {
        match self {
            Self::Roa => version == "1.0",
            Self::Acs3 => ["1.0", "3.0"].contains(&version),
        }
    }
}

/// The path of a URL as it stands on the wire (RFC 3986).
fn check_path(path: &str) -> Result<(), SignError> {
    if !path.starts_with('/') {
        return Err(SignError::Path);
    }
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        let is_good = match character {
            '%' => (0..2).all(|_| characters.next().is_some_and(|digit| digit.is_ascii_hexdigit())),
            '/' | '-' | '.' | '_' | '~' | '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';'
            | '=' | ':' | '@' => true,
            _ => character.is_ascii_alphanumeric(),
        };
        if !is_good {
            return Err(SignError::PathCharacter { character });
        }
    }
    Ok(())
}

fn check_headers(scheme: Scheme, request: &Request<'_>) -> Result<(), SignError> {
    for (at, (name, value)) in request.headers.iter().enumerate() {
        if !is_token(name) {
            return Err(SignError::HeaderName { name: name.to_string() });
        }
        let refused = match scheme {
            // Official signers disagree: NodeRoa and Tea-TS fold white space, the others sign it as it is.
            Scheme::Roa => has_control(value) || trimmed(value).len() != value.len(),
            // HTTP drops the white space at the ends, and so does this scheme.
            Scheme::Acs3 => has_control(value) && has_control(&value.replace('\t', "")),
        };
        if refused {
            return Err(SignError::HeaderValue { name: name.to_string() });
        }
        // Hardly ever: asked first, since the list is the longer of the two.
        let is_repeated =
            request.headers.iter().take(at).any(|(earlier, _)| earlier.eq_ignore_ascii_case(name));
        if is_repeated && let Some(known) = SINGLE.iter().find(|known| name.eq_ignore_ascii_case(known)) {
            return Err(SignError::HeaderRepeated { name: (*known).to_owned() });
        }
    }
    let header = |name| request.header(name).map(trimmed);
    let nonce = header(NONCE);
    if !nonce.is_none_or(is_nonce) {
        return Err(SignError::Nonce);
    }
    if let Some(method) = header(SIGNATURE_METHOD).filter(|method| !scheme.takes_method(method)) {
        return Err(SignError::Unsupported { header: SIGNATURE_METHOD, value: method.to_owned() });
    }
    if let Some(version) = header(SIGNATURE_VERSION).filter(|version| !scheme.takes_version(version)) {
        return Err(SignError::Unsupported { header: SIGNATURE_VERSION, value: version.to_owned() });
    }
    // The string-to-sign of ROA has a blank line where there is no date.
    let date = header(scheme.date_header());
    if scheme == Scheme::Acs3 {
        let needed = |name, value: Option<_>| value.ok_or(SignError::HeaderMissing { name });
        let host = needed(HOST, header(HOST))?;
        needed(scheme.date_header(), date)?;
        needed(NONCE, nonce)?;
        if !is_host(host) {
            return Err(SignError::Host);
        }
    }
    if date.is_some_and(|date| scheme.read_date(date).is_none()) {
        return Err(SignError::Date { header: scheme.date_header() });
    }
    Ok(())
}

/// A name or an address, with a port or without.
fn is_host(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').is_some_and(|(address, port)| {
            address.parse::<Ipv6Addr>().is_ok()
                && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
        });
    }
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let fits = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_label = |label: &[u8]| !label.is_empty() && label.iter().all(fits);
    name.strip_suffix('.').unwrap_or(name).as_bytes().split(|byte| *byte == b'.').all(is_label)
        && port.is_none_or(is_port)
}

fn is_port(port: &str) -> bool {
    !port.starts_with(['0', '+']) && port.parse::<u16>().is_ok()
}

/// Headers that have one value. ACS3 signs two headers of one name like one with both values, and so those of others.
const SINGLE: [&str; 15] = [
    HOST,
    "date",
    "x-acs-date",
    NONCE,
    SIGNATURE_METHOD,
    SIGNATURE_VERSION,
    "content-md5",
    "content-type",
    "x-acs-accesskey-id",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-region-id",
    "x-acs-security-token",
    "x-acs-signature-type",
    "x-acs-version",
];
const HOST: &str = "host";
const NONCE: &str = "x-acs-signature-nonce";
const SIGNATURE_METHOD: &str = "x-acs-signature-method";
const SIGNATURE_VERSION: &str = "x-acs-signature-version";
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];
const LONGEST_NONCE: usize = 256;
