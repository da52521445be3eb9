//! What was signed, to be compared with what the service says it should have been.

use std::fmt;

use sae_sign::Credentials;
use sae_sign::explain::{Cause, explain, key_faults, server_text};

use crate::text::SECRET;

/// A text that was signed. `Debug` doesn't show it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedText {
    pub(crate) string_to_sign: String,
    pub(crate) canonical_request: Option<String>,
    pub(crate) signature: String,
}

impl SignedText {
    /// The string-to-sign.
    pub fn string_to_sign(&self) -> &str {
        &self.string_to_sign
    }

    /// The canonical request of ACS3, of which the string-to-sign holds but a hash.
    pub fn canonical_request(&self) -> Option<&str> {
        self.canonical_request.as_deref()
    }

    /// The text to compare with the one in a server's message. The canonical request tells more than its hash, but a server that gives
    /// nothing but the hash can only be compared with the string-to-sign.
    pub fn beside(&self, message: &str) -> &str {
        let is_hash = server_text(message, "").starts_with("ACS3-HMAC-SHA256");
        self.canonical_request().filter(|_| !is_hash).unwrap_or(&self.string_to_sign)
    }

    /// A server's text without what this request was signed with, wherever the server repeats it.
    pub(crate) fn hidden_in(&self, text: &str, credentials: &Credentials<'_>) -> String {
        let canonical = self.canonical_request.as_deref();
        let own = [Some(self.string_to_sign.as_str()), canonical, Some(self.signature.as_str())];
        let key = [
            Some(credentials.access_key_id()),
            Some(credentials.access_key_secret()),
            credentials.security_token(),
        ];
        let mut text = text.to_owned();
        for own in own.into_iter().chain(key).flatten() {
            for form in [own, &sae_sign::encode(own)] {
                if form.len() >= SHORTEST_HIDDEN && text.contains(form) {
                    text = text.replace(form, SECRET);
                }
            }
        }
        text
    }

    /// Compares it with what a server says it should have been. Where both agree, the key is to blame.
    pub(crate) fn explain(&self, message: &str, credentials: &Credentials<'_>) -> String {
        let explanation = explain(self.beside(message), message);
        let mut text = explanation.to_string();
        if explanation.cause == Cause::Secret {
            for fault in key_faults(credentials) {
                text.push_str(&format!("\n- {fault}"));
            }
        }
        text
    }
}

impl fmt::Debug for SignedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.string_to_sign.len())
    }
}

/// Shorter texts occur by chance.
const SHORTEST_HIDDEN: usize = 8;
