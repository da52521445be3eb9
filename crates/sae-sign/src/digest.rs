use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::SignError;
use crate::encode::lower_hex;

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
    lower_hex(&Sha256::digest(body))
}

/// HMAC-SHA1 in Base64, as ROA wants it.
pub(crate) fn hmac_sha1(secret: &str, text: &str) -> Result<String, SignError> {
    mac::<Hmac<Sha1>, _>(secret, text, |digest| STANDARD.encode(digest))
}

/// HMAC-SHA256 in hex, as ACS3 wants it.
pub(crate) fn hmac_sha256(secret: &str, text: &str) -> Result<String, SignError> {
    mac::<Hmac<Sha256>, _>(secret, text, lower_hex)
}

fn mac<M: Mac + KeyInit, F: Fn(&[u8]) -> String>(
    secret: &str,
    text: &str,
    print: F,
) -> Result<String, SignError> {
    if secret.is_empty() {
        return Err(SignError::Secret);
    }
    let mut mac = <M as KeyInit>::new_from_slice(secret.as_bytes()).map_err(|_| SignError::Secret)?;
    mac.update(text.as_bytes());
    Ok(print(&mac.finalize().into_bytes()))
}
