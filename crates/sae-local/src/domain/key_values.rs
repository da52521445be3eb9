//! Key-value pairs of config maps and secrets.

use std::collections::BTreeMap;

use crate::domain::Refusal;

/// Values by key.
pub type KeyValues = BTreeMap<String, String>;

/// Refuses a name unless it begins with a letter and consists of letters, digits, underscores and hyphens.
///
/// The reference names no hyphens, but its examples have them.
pub fn check_name(parameter: &str, name: &str) -> Result<(), Refusal> {
    let valid = name.len() <= NAME_LIMIT
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if valid { Ok(()) } else { Err(Refusal::invalid(parameter)) }
}

/// Refuses keys that Kubernetes refuses or that are too long, and more than 512 KiB of values.
///
/// The refusal shows no key and no value: they may be secret.
pub fn check(parameter: &str, data: &KeyValues) -> Result<(), Refusal> {
    if !data.keys().all(|key| is_key(key)) {
        let reason = "keys consist of at most 250 letters, digits, hyphens, underscores and dots";
        return Err(Refusal::unfit(parameter, reason));
    }
    if data.values().map(String::len).sum::<usize>() > VALUES_LIMIT {
        return Err(Refusal::unfit(parameter, "the values have more than 512 KiB"));
    }
    Ok(())
}

fn is_key(key: &str) -> bool {
    (1..=KEY_LIMIT).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
        // They would leave the folder where they are mounted.
        && key != "."
        && !key.starts_with("..")
}

/// The longest name of Kubernetes.
const NAME_LIMIT: usize = 253;
const KEY_LIMIT: usize = 250;
const VALUES_LIMIT: usize = 512 * 1024;
