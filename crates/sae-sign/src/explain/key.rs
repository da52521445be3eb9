//! What can be wrong with an access key by the look of it.

use crate::Credentials;

/// What is wrong with a key that was copied together with something else, or without its token; a phrase for each fault. No part of the
/// key stands in it.
///
/// ```
/// use sae_sign::{Credentials, explain::key_faults};
///
/// let faults = key_faults(&Credentials::new("id", "secret "));
/// assert_eq!(faults, ["the access key secret begins or ends with white space"]);
/// ```
pub fn key_faults(credentials: &Credentials<'_>) -> Vec<String> {
    let parts = [
        ("access key id", credentials.access_key_id()),
        ("access key secret", credentials.access_key_secret()),
        ("security token", credentials.security_token().unwrap_or_default()),
    ];
    let mut faults: Vec<_> =
        parts.iter().filter_map(|(part, value)| Some(format!("the {part} {}", fault(value)?))).collect();
    if credentials.access_key_id().starts_with("STS.") && credentials.security_token().is_none() {
        faults.push("the access key is a temporary one, and its security token is missing".to_owned());
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
