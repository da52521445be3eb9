use std::fmt;

use crate::Scheme;

/// Takes an `Authorization` header apart, so that a server can look up the secret before it calls [`verify`](crate::verify).
///
/// ```
/// use sae_sign::{AuthorizationError, Scheme, parse_authorization};
///
/// let parsed = parse_authorization("acs local:35MjPpilUpcMJMhRiyv0M+1QOIU=")?;
/// assert_eq!((parsed.scheme, parsed.access_key_id), (Scheme::Roa, "local"));
/// assert_eq!(parse_authorization("Basic bG9jYWw="), Err(AuthorizationError::Scheme));
/// # Ok::<(), AuthorizationError>(())
/// ```
///
/// Fails on another scheme, or on a header that lacks the id, the signature or, for ACS3, the signed headers.
pub fn parse_authorization(header: &str) -> Result<Authorization<'_>, AuthorizationError> {
    let (word, rest) = header.trim().split_once(' ').ok_or(AuthorizationError::Scheme)?;
    match word {
        "acs" => roa(rest.trim_start()),
        ACS3 => acs3(rest),
        _ => Err(AuthorizationError::Scheme),
    }
}

/// The parts of an `Authorization` header, not yet verified.
///
/// ```
/// let header = "ACS3-HMAC-SHA256 Credential=local,SignedHeaders=host;x-acs-date,Signature=00ff";
/// let parsed = sae_sign::parse_authorization(header)?;
/// assert_eq!(parsed.signature, "00ff");
/// assert!(parsed.signed_header_names().eq(["host", "x-acs-date"]));
/// # Ok::<(), sae_sign::AuthorizationError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization<'a> {
    /// The scheme that the header names.
    pub scheme: Scheme,
    /// Whose signature it claims to be.
    pub access_key_id: &'a str,
    /// The claimed signature: Base64 for ROA, hex for ACS3.
    pub signature: &'a str,
    /// ACS3: names of the signed headers, joined by `;`. Empty for ROA, which has a fixed set.
    pub signed_headers: &'a str,
}

impl<'a> Authorization<'a> {
    /// The names in [`signed_headers`](Self::signed_headers), one by one.
    ///
    /// ```
    /// let parsed = sae_sign::parse_authorization("acs local:35MjPpilUpcMJMhRiyv0M+1QOIU=")?;
    /// assert_eq!(parsed.signed_header_names().count(), 0);
    /// # Ok::<(), sae_sign::AuthorizationError>(())
    /// ```
    pub fn signed_header_names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.signed_headers.split(';').filter(|name| !name.is_empty())
    }
}

/// Why an `Authorization` header can't be read.
///
/// ```
/// let error = sae_sign::parse_authorization("acs local").unwrap_err();
/// assert_eq!(error.to_string(), "the Authorization header has no signature");
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizationError {
    /// It is of another scheme than ROA and ACS3.
    Scheme,
    /// The access key id is missing or given twice.
    AccessKeyId,
    /// The signature is missing or given twice.
    Signature,
    /// ACS3: the list of signed headers is missing or given twice.
    SignedHeaders,
    /// ACS3: there is a field that the scheme does not know.
    UnknownField,
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "the Authorization header is neither of scheme acs nor ACS3-HMAC-SHA256",
            Self::AccessKeyId => "the Authorization header has no access key id",
            Self::Signature => "the Authorization header has no signature",
            Self::SignedHeaders => "the Authorization header has no list of signed headers",
            Self::UnknownField => "the Authorization header has an unknown field",
        })
    }
}

impl std::error::Error for AuthorizationError {}

fn roa(rest: &str) -> Result<Authorization<'_>, AuthorizationError> {
    let (access_key_id, signature) = rest.split_once(':').ok_or(AuthorizationError::Signature)?;
    if access_key_id.is_empty() {
        return Err(AuthorizationError::AccessKeyId);
    }
    if signature.is_empty() {
        return Err(AuthorizationError::Signature);
    }
    Ok(Authorization { scheme: Scheme::Roa, access_key_id, signature, signed_headers: "" })
}

fn acs3(rest: &str) -> Result<Authorization<'_>, AuthorizationError> {
    let (mut id, mut headers, mut signature) = (None, None, None);
    for field in rest.split(',') {
        let (name, value) = field.trim().split_once('=').ok_or(AuthorizationError::UnknownField)?;
        let (slot, error) = match name {
            "Credential" => (&mut id, AuthorizationError::AccessKeyId),
            "SignedHeaders" => (&mut headers, AuthorizationError::SignedHeaders),
            "Signature" => (&mut signature, AuthorizationError::Signature),
            _ => return Err(AuthorizationError::UnknownField),
        };
        if slot.replace(value).is_some() {
            return Err(error);
        }
    }
    let given = |slot: Option<_>, error| slot.filter(|value: &&str| !value.is_empty()).ok_or(error);
    Ok(Authorization {
        scheme: Scheme::Acs3,
        access_key_id: given(id, AuthorizationError::AccessKeyId)?,
        signature: given(signature, AuthorizationError::Signature)?,
        signed_headers: headers.ok_or(AuthorizationError::SignedHeaders)?,
    })
}

/// The word with which an ACS3 header begins.
pub(crate) const ACS3: &str = "ACS3-HMAC-SHA256";

#[cfg(test)]
mod tests {
    use super::{AuthorizationError as E, parse_authorization};

    #[test]
    fn a_header_names_what_it_lacks() {
        for (header, error) in [
            ("", E::Scheme),
            ("acs", E::Scheme),
            ("Bearer x", E::Scheme),
            ("ACS id:sig", E::Scheme),
            ("acs :sig", E::AccessKeyId),
            ("acs id:", E::Signature),
            ("acs id", E::Signature),
            ("ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host", E::Signature),
            ("ACS3-HMAC-SHA256 Credential=id,Signature=00", E::SignedHeaders),
            ("ACS3-HMAC-SHA256 SignedHeaders=host,Signature=00", E::AccessKeyId),
            ("ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=00", E::AccessKeyId),
            ("ACS3-HMAC-SHA256 Credential=a,Credential=b,SignedHeaders=host,Signature=00", E::AccessKeyId),
            ("ACS3-HMAC-SHA256 Credential=a,Region=b,SignedHeaders=host,Signature=00", E::UnknownField),
            ("ACS3-HMAC-SHA256 nothing", E::UnknownField),
        ] {
            assert_eq!(parse_authorization(header), Err(error), "{header}");
        }
    }

    #[test]
    fn space_after_a_comma_is_ignored() {
        let parsed =
            parse_authorization("ACS3-HMAC-SHA256 Credential=id, SignedHeaders=host;date, Signature=00")
                .unwrap();
        assert_eq!(
            (parsed.access_key_id, parsed.signed_headers, parsed.signature),
            ("id", "host;date", "00")
        );
    }
}
