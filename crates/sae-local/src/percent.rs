//! Names and values as they stand in URLs and forms.

use std::borrow::Cow;

/// A name with its value.
pub type Pair = (String, String);

/// The pairs of a query string or a form.
pub fn pairs(text: &str) -> Vec<Pair> {
    let decoded = |text: &str| decode(text, true).into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (decoded(name), decoded(value)),
            None => (decoded(pair), String::new()),
        })
        .collect()
}

/// Undoes percent-encoding; `plus` makes a space of a plus sign, as forms do. What is no valid escape stays as it is.
pub fn decode(text: &str, plus: bool) -> Cow<'_, str> {
    if !text.bytes().any(|byte| byte == b'%' || (plus && byte == b'+')) {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (first, escape(tail)) {
            (b'%', Some((byte, after))) => {
                bytes.push(byte);
                rest = after;
            }
            (b'+', _) if plus => bytes.push(b' '),
            _ => bytes.push(*first),
        }
    }
    Cow::Owned(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    })
}

/// The byte that two hexadecimal digits stand for, and what follows them.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(*high)? << 4 | digit(*low)?, rest))
}

#[cfg(test)]
mod tests {
    use super::{decode, pairs};

    #[test]
    fn escapes_are_undone() {
        for (text, plain) in [
            ("a%20b+c", "a b c"),
            ("%E6%9D%AD", "杭"),
            ("100%", "100%"),
            ("%zz%2", "%zz%2"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(decode(text, true), plain);
        }
        assert_eq!(decode("a+b%2B", false), "a+b+");
    }

    #[test]
    fn a_query_is_a_list_of_pairs() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("A=1&B=&C&&D=x%3Dy"),
            [pair("A", "1"), pair("B", ""), pair("C", ""), pair("D", "x=y")]
        );
        assert!(pairs("").is_empty());
    }
}
