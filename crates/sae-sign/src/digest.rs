use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::Output;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::SignError;

/// The value of a `Content-MD5` header: the MD5 of the body in Base64.
///
/// ```
/// assert_eq!(sae_sign::content_md5("{}"), "mZFLkyvTelC5g8XnyQrpOw==");
/// ```
pub fn content_md5(body: impl AsRef<[u8]>) -> String {
    STANDARD.encode(Md5::digest(body))
}

/// The value of an `x-acs-content-sha256` header: the SHA-256 of the body in lower-case hex.
///
/// ```
/// let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// assert_eq!(sae_sign::sha256_hex(""), empty);
/// ```
pub fn sha256_hex(body: impl AsRef<[u8]>) -> String {
    sha256(body.as_ref()).as_str().to_owned()
}

/// The same without memory of its own. Most requests have no body.
pub(crate) fn sha256(body: &[u8]) -> Hex {
    if body.is_empty() { EMPTY } else { Hex::of(Sha256::digest(body).into()) }
}

/// 32 bytes in lower-case hex.
pub(crate) struct Hex([u8; 64]);

impl Hex {
    fn of(bytes: [u8; 32]) -> Self {
        let digit = |value: u8| value + if value < 10 { b'0' } else { b'a' - 10 };
        let mut text = [0; 64];
        for (pair, byte) in text.as_chunks_mut().0.iter_mut().zip(bytes) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        Self(text)
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// HMAC-SHA1 in Base64, as ROA wants it.
pub(crate) fn hmac_sha1(secret: &str, text: &str) -> Result<String, SignError> {
    mac::<Hmac<Sha1>>(secret, text).map(|code| STANDARD.encode(code))
}

/// HMAC-SHA256 in hex, as ACS3 wants it.
pub(crate) fn hmac_sha256(secret: &str, text: &str) -> Result<Hex, SignError> {
    mac::<Hmac<Sha256>>(secret, text).map(|code| Hex::of(code.into()))
}

fn mac<M: Mac + KeyInit>(secret: &str, text: &str) -> Result<Output<M>, SignError> {
    if secret.is_empty() {
        return Err(SignError::Secret);
    }
    let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).map_err(|_| SignError::Secret)?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes())
}

/// Of nothing.
const EMPTY: Hex = Hex(*b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::{EMPTY, Hex};

    #[test]
    fn the_hash_of_nothing_is_known() {
        assert_eq!(EMPTY.as_str(), Hex::of(Sha256::digest("").into()).as_str());
    }
}
