//! What a JSON text tells before it is read.

use memchr::{memchr, memchr2, memrchr};

use crate::schema::memory::MAX_DEPTH;

/// An upper bound of the bytes of the longest text with an escape in it. Only such texts are looked at.
pub(crate) fn longest_escaped(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut longest) = (0, 0);
    while let Some(escape) = bytes.get(at..).and_then(|rest| memchr(b'\\', rest)) {
        let (before, _) = bytes.split_at(at + escape);
        let began = before.get(at..).and_then(|rest| memrchr(b'"', rest)).map_or(at, |quote| at + quote);
        let mut end = at + escape;
        while let Some(found) = bytes.get(end..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            end += found;
            if bytes.get(end) == Some(&b'"') {
                break;
            }
            end = bytes.len().min(end + 2);
        }
        longest = longest.max(end - began);
        at = end + 1;
    }
    longest
}

/// Whether it is nested deeper than serde_json reads.
pub(crate) fn is_too_deep(json: &str) -> bool {
    if !json.starts_with(['{', '[']) {
        return false;
    }
    let (mut depth, mut in_text, mut bytes) = (0_usize, false, json.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if in_text => {
                bytes.next();
            }
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth >= MAX_DEPTH {
            return true;
        }
    }
    false
}
