/// Percent-encodes a value by RFC 3986: all but letters, digits, `-`, `_`, `.` and `~` becomes `%XX`.
///
/// This is the encoding of query names, query values and path parameters.
///
/// ```
/// assert_eq!(sae_sign::encode("a b/服~"), "a%20b%2F%E6%9C%8D~");
/// ```
pub fn encode(value: &str) -> String {
    let mut out = String::with_capacity(encoded_len(value));
    encode_into(&mut out, value);
    out
}

/// Appends what [`encode`] gives.
///
/// ```
/// let mut path = String::from("/api/v1/");
/// sae_sign::encode_into(&mut path, "a+b");
/// assert_eq!(path, "/api/v1/a%2Bb");
/// ```
pub fn encode_into(out: &mut String, value: &str) {
    let mut rest = value;
    while let Some(at) = rest.bytes().position(|byte| !unreserved(byte)) {
        // The byte begins a character, because everything before it is ASCII.
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = tail.chars();
        if let Some(character) = chars.next() {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                out.push('%');
                out.push(digit(byte >> 4));
                out.push(digit(byte & 15));
            }
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Length of the encoded value.
pub(crate) fn encoded_len(value: &str) -> usize {
    value.len() + 2 * value.bytes().filter(|byte| !unreserved(*byte)).count()
}

const fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

/// The hex digit of a value below 16.
const fn digit(value: u8) -> char {
    (if value < 10 { b'0' + value } else { b'A' + (value - 10) }) as char
}

#[cfg(test)]
mod tests {
    use super::{encode, encoded_len};

    #[test]
    fn only_unreserved_characters_are_left_alone() {
        let ascii: String = (0..128u8).map(char::from).collect();
        let plain: String = ascii.chars().filter(|c| encode(&c.to_string()).len() == 1).collect();
        assert_eq!(plain, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~");
    }

    #[test]
    fn every_byte_of_a_character_is_encoded() {
        for (raw, encoded) in [
            ("", ""),
            (" ", "%20"),
            ("a\nb", "a%0Ab"),
            ("é", "%C3%A9"),
            ("杭州", "%E6%9D%AD%E5%B7%9E"),
            ("x🚀y", "x%F0%9F%9A%80y"),
            ("%41", "%2541"),
        ] {
            assert_eq!(encode(raw), encoded);
            assert_eq!(encoded_len(raw), encoded.len());
        }
    }
}
