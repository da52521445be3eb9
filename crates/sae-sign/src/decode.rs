use std::borrow::Cow;

/// Undoes percent-encoding. With `plus`, a plus sign stands for a space, as forms write it.
///
/// What is no valid escape stays as it is, and what isn't UTF-8 becomes U+FFFD.
///
/// ```
/// assert_eq!(sae_sign::decode("a%20b+c%", false), "a b+c%");
/// assert_eq!(sae_sign::decode("a%20b+c%", true), "a b c%");
/// ```
pub fn decode(text: &str, plus: bool) -> Cow<'_, str> {
    match decoded(text, plus) {
        Decoded::Text(text) => text,
        Decoded::Bytes(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    }
}

/// Undoes percent-encoding like [`decode`]; none if what comes out isn't UTF-8.
///
/// ```
/// assert_eq!(sae_sign::decode_utf8("%E6%9D%AD", false).as_deref(), Some("杭"));
/// assert_eq!(sae_sign::decode_utf8("%ff", false), None);
/// ```
pub fn decode_utf8(text: &str, plus: bool) -> Option<Cow<'_, str>> {
    match decoded(text, plus) {
        Decoded::Text(text) => Some(text),
        Decoded::Bytes(_) => None,
    }
}

/// What comes out: text, or bytes that are none.
enum Decoded<'a> {
    Text(Cow<'a, str>),
    Bytes(Vec<u8>),
}

fn decoded(text: &str, plus: bool) -> Decoded<'_> {
    if !text.bytes().any(|byte| byte == b'%' || (plus && byte == b'+')) {
        return Decoded::Text(Cow::Borrowed(text));
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
    match String::from_utf8(bytes) {
        Ok(text) => Decoded::Text(Cow::Owned(text)),
        Err(error) => Decoded::Bytes(error.into_bytes()),
    }
}

/// The byte that two hexadecimal digits stand for, and what follows them.
fn escape(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], rest) = text.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some((digit(*high)? << 4 | digit(*low)?, rest))
}

#[cfg(test)]
mod tests {
    use super::decode;

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
}
