//! What can be wrong with an access key by the look of it.

use std::fmt;

use crate::Credentials;

/// What is wrong with a key; its `Display` is a phrase in which no part of the key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyFault {
    /// A part of it was copied together with something else.
    #[non_exhaustive]
    Copied {
        /// Which part, as a phrase.
        part: &'static str,
        /// What it does that such a part never does.
        does: &'static str,
    },
    /// The key is a temporary one, and its security token is missing.
    TokenMissing,
}

impl fmt::Display for KeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Copied { part, does } => write!(f, "the {part} {does}"),
            Self::TokenMissing => {
                f.write_str("the access key is a temporary one, and its security token is missing")
            }
        }
    }
}

/// What is wrong with a key that was copied together with something else, or without its token.
///
/// ```
/// use sae_sign::{Credentials, explain::key_faults};
///
/// let faults = key_faults(&Credentials::new("id", "secret "));
/// assert_eq!(faults.len(), 1);
/// assert_eq!(faults[0].to_string(), "the access key secret begins or ends with white space");
/// ```
pub fn key_faults(credentials: &Credentials<'_>) -> Vec<KeyFault> {
    let parts = [
        ("access key id", credentials.access_key_id()),
        ("access key secret", credentials.access_key_secret()),
        ("security token", credentials.security_token().unwrap_or_default()),
    ];
    let copied = |(part, value)| Some(KeyFault::Copied { part, does: fault(value)? });
    let mut faults: Vec<_> = parts.into_iter().filter_map(copied).collect();
    if credentials.access_key_id().starts_with("STS.") && credentials.security_token().is_none() {
        faults.push(KeyFault::TokenMissing);
    }
    faults
}

fn fault(value: &str) -> Option<&'static str> {
    if value.trim() != value {
        Some("begins or ends with white space")
    } else if value.starts_with(['"', '\'']) || value.ends_with(['"', '\'']) {
        Some("begins or ends with a quotation mark")
    } else if value.contains(char::is_whitespace) {
        Some("holds white space")
    } else {
        None
    }
}
