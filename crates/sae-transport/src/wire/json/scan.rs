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

/// Bytes of a text with its quotes.
pub(crate) fn text_length(rest: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = rest.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if rest.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    rest.len()
}

/// How many bytes of a text, from behind its first quote on, stand for themselves.
#[inline]
pub(crate) fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    let mut length = 0;
    for word in words {
        let odd = odd_bytes(u64::from_le_bytes(*word));
        if odd != 0 {
            return length + odd.trailing_zeros() as usize / 8;
        }
        length += 8;
    }
    let is_odd = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ');
    length + rest.iter().position(is_odd).unwrap_or(rest.len())
}

/// Has the highest bit of each byte that is a quote, a backslash or a control character. Above the first of them there may be more.
const fn odd_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = ONES << 7;
    // With their second bit turned over, a quote and the control characters are the bytes up to 0x20.
    let quotes_and_controls = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
    let backslashes = (word ^ (ONES * b'\\' as u64)).wrapping_sub(ONES);
    (quotes_and_controls | backslashes) & !word & HIGHEST
}

/// Whether it is nested deeper than serde_json reads.
pub(crate) fn is_too_deep(json: &str) -> bool {
    is_deeper(json, MAX_DEPTH - 1)
}

/// Whether it is nested deeper than this.
pub(crate) fn is_deeper(json: &str, most: usize) -> bool {
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
        if depth > most {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::plain_length;

    #[test]
    fn a_text_is_plain_up_to_its_first_quote_escape_or_control_character_wherever_that_stands() {
        for byte in 0..=u8::MAX {
            for at in 0..20 {
                let mut text = *b"plain!#~ \x7f\x80\xc3\xff[]{}:,0";
                text[at] = byte;
                // Another one behind it changes nothing.
                text[19] = b'"';
                let is_odd = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
                assert_eq!(Some(plain_length(&text)), text.iter().position(is_odd), "{byte} at {at}");
            }
        }
        assert_eq!(plain_length(b"no end"), 6);
        assert_eq!(plain_length(b""), 0);
    }
}
