//! Tags of applications and jobs.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Refusal;

/// Tags by key. Keys and values are case-sensitive.
pub type Tags = BTreeMap<String, String>;

/// A key with its value.
pub type Tag = (String, String);

/// Refuses more than 20 tags, a key that is there twice, and keys and values that the service doesn't take.
pub fn check_tags(tags: &[Tag]) -> Result<(), Refusal> {
    if tags.len() > TAG_LIMIT {
        return Err(TOO_MANY);
    }
    let mut keys = BTreeSet::new();
    for (key, value) in tags {
        if !is_allowed(key) {
            return Err(Refusal::new("InvalidParameter.TagKey"));
        }
        if !is_allowed(value) {
            return Err(Refusal::new("InvalidParameter.TagValue"));
        }
        if !keys.insert(key) {
            return Err(Refusal::new("Duplicate.TagKey"));
        }
    }
    Ok(())
}

/// Whether these tags are all among those that something has.
pub fn has_all(present: &Tags, tags: &[Tag]) -> bool {
    tags.iter().all(|(key, value)| present.get(key) == Some(value))
}

/// Whether a text has 1 to 128 characters, begins with no reserved prefix and contains no address.
fn is_allowed(text: &str) -> bool {
    (1..=TEXT_LIMIT).contains(&text.chars().count())
        && !RESERVED.iter().any(|prefix| text.starts_with(prefix))
        && !ADDRESSES.iter().any(|part| text.contains(part))
}

/// More tags than an application may have.
pub const TOO_MANY: Refusal = Refusal::new("NumberExceed.Tags");
/// How many tags an application has at most, and how many a call names.
pub const TAG_LIMIT: usize = 20;
/// How many characters a key or a value has at most.
const TEXT_LIMIT: usize = 128;
const RESERVED: &[&str] = &["aliyun", "acs:"];
const ADDRESSES: &[&str] = &["http://", "https://"];
