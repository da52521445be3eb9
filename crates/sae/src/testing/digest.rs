//! Digests, which replace secrets in recordings.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sae_transport::Scalar;
use sha2::{Digest as _, Sha256};

/// Makes digests of secrets with the key of a recording. Equal values have the same digest, other values have others.
///
/// The key is in the recording, so whoever has it can try values: each try costs [`ROUNDS`] times two hashes. That finds short and
/// common secrets, but not random ones.
#[derive(Clone)]
pub(super) struct Digests {
    key: String,
    /// Digests that count as the values that they replace, because a replayed answer contained them.
    known: HashSet<String>,
    made: HashMap<(String, bool), String>,
}

impl Digests {
    /// With a new key. It isn't secret, but unique to the recording.
    pub(super) fn new() -> Self {
        let random = || RandomState::new().build_hasher().finish();
        let key: Vec<_> = (0..KEY / 16).map(|_| format!("{:016x}", random())).collect();
        Self { key: key.concat(), known: HashSet::new(), made: HashMap::new() }
    }

    /// With the key of a recording, and the digests in its text.
    pub(super) fn with_key(key: &str, recording: &str) -> Result<Self, &'static str> {
        if key.len() != KEY || !key.bytes().all(is_hex) {
            return Err("has a \"key\" that is none of a recorder");
        }
        let found = recording.match_indices(BEGIN).filter_map(|(at, _)| recording.get(at..at + LENGTH));
        let known = found.filter(|text| is_digest(text)).map(str::to_owned).collect();
        Ok(Self { key: key.to_owned(), known, made: HashMap::new() })
    }

    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The digest of a value. A number has another digest than the text of its digits.
    pub(super) fn of(&mut self, value: Scalar<'_>) -> String {
        let is_text = matches!(value, Scalar::Text(_));
        let value = value.text();
        if is_text && self.known.contains(&*value) {
            return value.into_owned();
        }
        let salt =
            if is_text { Cow::Borrowed(&*self.key) } else { Cow::Owned(format!("{}{NUMBER}", self.key)) };
        self.made
            .entry((value.clone().into_owned(), is_text))
            .or_insert_with(|| format!("{BEGIN}{})", derived(&value, &salt)))
            .clone()
    }
}

/// Whether a text has the form of a digest.
pub(super) fn is_digest(text: &str) -> bool {
    let digits = text.strip_prefix(BEGIN).and_then(|rest| rest.strip_suffix(')'));
    text.len() == LENGTH && digits.is_some_and(|digits| digits.bytes().all(is_hex))
}

/// Name of the algorithm of [`Digests`] in a recording.
pub(super) fn method() -> String {
    format!(
        "PBKDF2-HMAC-SHA256 of the SHA-256, {ROUNDS} rounds, 16 bytes; of numbers with{NUMBER} behind the key"
    )
}

/// PBKDF2 (RFC 8018) with the hash of the value as password: the first half of its first block.
///
/// A hash, because HMAC pads short passwords with zeros: `x` and `x\0` would have the same digest.
fn derived(value: &str, salt: &str) -> String {
    // HMAC accepts a key of any length.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(&Sha256::digest(value)) else { return String::new() };
    let hashed = |parts: &[&[u8]]| {
        let mut mac = mac.clone();
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes()
    };
    let mut last = hashed(&[salt.as_bytes(), &1_u32.to_be_bytes()]);
    let mut sum = last;
    for _ in 1..ROUNDS {
        last = hashed(&[&last]);
        sum.iter_mut().zip(last.iter()).for_each(|(sum, byte)| *sum ^= byte);
    }
    let digits: Vec<_> = sum.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

/// Digits of a key.
const KEY: usize = 64;
/// End of the salt of a number.
const NUMBER: &str = " number";
const BEGIN: &str = "(secret:";
/// Bytes of a digest with its frame.
const LENGTH: usize = BEGIN.len() + 32 + 1;
/// About a millisecond per secret in an optimised program, tens of milliseconds otherwise.
const ROUNDS: u32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_published_function() {
        // Python: hashlib.pbkdf2_hmac("sha256", hashlib.sha256(b"password").digest(), b"salt", 4096, 16)
        assert_eq!(derived("password", "salt"), "c82e2bcc1d562491e9cafe01cddd4671");
    }

    #[test]
    fn equal_values_have_equal_digests_under_one_key_alone() {
        let (mut one, mut other) = (Digests::new(), Digests::new());
        let digest = one.of(Scalar::Text("hush"));
        assert!(is_digest(&digest) && !digest.contains("hush"), "{digest}");
        assert_eq!(one.of(Scalar::Text("hush")), digest);
        assert_ne!(one.of(Scalar::Text("Hush")), digest);
        assert_ne!(other.of(Scalar::Text("hush")), digest);
        assert_ne!(one.of(Scalar::Int(1)), one.of(Scalar::Text("1")));
        assert_eq!(one.of(Scalar::Int(1)), one.of(Scalar::Float(1.0)));
        let text = format!("{{\"a\":\"{digest}\"}}");
        let mut read = Digests::with_key(one.key(), &text).expect("its key");
        assert_eq!(read.of(Scalar::Text("hush")), digest);
        assert_eq!(read.of(Scalar::Text(&digest)), digest, "it was handed out");
        assert_ne!(one.of(Scalar::Text(&digest)), digest, "here it is a value like any other");
        assert!(Digests::with_key("abc", "").is_err());
    }
}
