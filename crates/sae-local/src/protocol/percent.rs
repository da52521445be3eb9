//! Percent-encoded names and values of URLs and forms.

use std::borrow::Cow;

pub use sae_sign::decode;
use sae_sign::decode_utf8;

/// A name with its value.
pub type Pair = (String, String);

/// The pairs of a query string or a form.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairs {
    /// The decoded pairs, with U+FFFD for what isn't UTF-8.
    pub pairs: Vec<Pair>,
    /// The name of the first pair that isn't UTF-8.
    pub not_utf8: Option<String>,
}

/// Reads the pairs of a query string or a form.
pub fn pairs(text: &[u8]) -> Pairs {
    let mut found = Pairs::default();
    for part in text.split(|byte| *byte == b'&').filter(|part| !part.is_empty()) {
        let text = String::from_utf8_lossy(part);
        let (name, value) = text.split_once('=').unwrap_or((&text, ""));
        let is_text = matches!(text, Cow::Borrowed(_))
            && [name, value].into_iter().all(|text| decode_utf8(text, true).is_some());
        let (name, value) = (decode(name, true).into_owned(), decode(value, true).into_owned());
        if !is_text && found.not_utf8.is_none() {
            found.not_utf8 = Some(name.clone());
        }
        found.pairs.push((name, value));
    }
    found
}

/// Whether a decoded path is UTF-8.
pub fn is_text(path: &str) -> bool {
    decode_utf8(path, false).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Pairs, pairs};

    #[test]
    fn a_query_is_a_list_of_pairs() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs(b"A=1&B=&C&&D=x%3Dy").pairs,
            [pair("A", "1"), pair("B", ""), pair("C", ""), pair("D", "x=y")]
        );
        assert_eq!(pairs(b""), Pairs::default());
    }

    #[test]
    fn what_is_no_text_is_named() {
        let not_utf8 = |text: &[u8]| pairs(text).not_utf8;
        for text in [&b"A=1&B=%ff&C=%fe"[..], b"B=\xff", b"B=%C0%80", b"B=%ED%A0%80", b"B=%E6%9D"] {
            assert_eq!(not_utf8(text).as_deref(), Some("B"), "{text:?}");
        }
        assert_eq!(not_utf8(b"A=1&%ff=x").as_deref(), Some("\u{fffd}"));
        for text in ["A=%EF%BF%BD", "A=%E6%9D%AD", "A=杭", "A=%zz%", "A=+"] {
            assert_eq!(not_utf8(text.as_bytes()), None, "{text}");
        }
    }
}
