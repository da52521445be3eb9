//! Texts of a server, as they are shown.

use crate::text::{SECRET, escape_control, start_within};

/// A text of a server as it is shown: on one line, no longer than this, without what steers a terminal and without what looks like
/// a signature. [`Error::answer`] has all of it.
pub(crate) fn shown(text: &str, longest: usize) -> String {
    let (start, rest) = text.split_at(start_within(text, longest).len());
    let text = without_signatures(start);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = escape_control(&text);
    if rest.is_empty() { text.into_owned() } else { format!("{text}… ({} more bytes)", rest.len()) }
}

/// The same for a code or an identifier.
pub(crate) fn shown_word(text: &str) -> String {
    shown(text, LONGEST_WORD)
}

/// Signatures are Base64 of 20 bytes or 64 hexadecimal digits, bare or percent-encoded.
fn without_signatures(text: &str) -> String {
    let belongs = |c: char| c.is_ascii_alphanumeric() || "+/=%".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(belongs) {
        let (before, word) = rest.split_at(start);
        let (word, after) = word.split_at(word.find(|c| !belongs(c)).unwrap_or(word.len()));
        out.push_str(before);
        let (lead, value) = word.split_at(word.trim_end_matches('=').rfind('=').map_or(0, |at| at + 1));
        let value = if is_signature(value) { SECRET } else { value };
        out.push_str(lead);
        out.push_str(value);
        rest = after;
    }
    out + rest
}

fn is_signature(word: &str) -> bool {
    let word = sae_sign::decode(word, false);
    let is_hex = word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_base64 = word.len() == 28 && word.ends_with('=') && !word.ends_with("==");
    is_hex || is_base64
}

const LONGEST_WORD: usize = 256;
