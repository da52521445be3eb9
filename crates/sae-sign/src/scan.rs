//! Fast checks of header texts. They run over every byte of a request's headers, so they look at eight bytes at a time.

/// Whether this can be the name of a header by HTTP (RFC 9110, `token`).
pub(crate) fn is_token(name: &str) -> bool {
    // Nearly every name is plain.
    is_plain(name) || is_name(name) && !name.contains(DELIMITERS)
}

/// Whether there are letters, digits and hyphens, and nothing else.
fn is_plain(name: &str) -> bool {
    let bad = |word: u64| {
        let low = word & LOW;
        let small = low | each(0x20);
        let is_letter = reaches(small, b'a') & !reaches(small, b'z' + 1);
        let is_digit = reaches(low, b'0') & !reaches(low, b'9' + 1);
        let is_hyphen = !reaches(low ^ each(b'-'), 1);
        word | !(is_letter | is_digit | is_hyphen)
    };
    !name.is_empty() && !any_word(name, bad)
}

/// Whether this can be the name of a header, or a method, that has come through an HTTP library: visible ASCII without a
/// colon. HTTP allows a little less.
pub(crate) fn is_name(name: &str) -> bool {
    is_visible(name) && !name.as_bytes().contains(&b':')
}

/// Whether there are visible characters of ASCII, and nothing else.
pub(crate) fn is_visible(text: &str) -> bool {
    let bad = |word: u64| {
        let low = word & LOW;
        word | !reaches(low, 0x21) | reaches(low, 0x7f)
    };
    !text.is_empty() && !any_word(text, bad)
}

/// Whether there is a control character, tab included.
pub(crate) fn has_control(value: &str) -> bool {
    any_word(value, |word| {
        let low = word & LOW;
        (!reaches(low, 0x20) | reaches(low, 0x7f)) & !word
    })
}

/// Whether this is a header of Alibaba Cloud's own.
pub(crate) fn has_acs_prefix(name: &str) -> bool {
    name.as_bytes().first_chunk().is_some_and(|prefix| prefix == ACS || prefix.eq_ignore_ascii_case(ACS))
}

pub(crate) const ACS: &[u8; 6] = b"x-acs-";

/// The value without the white space that HTTP drops at its ends.
pub(crate) fn trimmed(value: &str) -> &str {
    let blank = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    // Hardly ever there, and searching costs more than looking.
    if blank(value.as_bytes().first()) || blank(value.as_bytes().last()) {
        value.trim_matches([' ', '\t'])
    } else {
        value
    }
}

/// Appends a name in lower case.
pub(crate) fn push_lower(out: &mut String, name: &str) {
    let start = out.len();
    out.push_str(name);
    if any_word(name, capitals)
        && let Some(name) = out.get_mut(start..)
    {
        name.make_ascii_lowercase();
    }
}

/// Eight bytes with capitals made small.
pub(crate) const fn lower(word: u64) -> u64 {
    word | (capitals(word) & !LOW) >> 2
}

/// Marks capital letters.
const fn capitals(word: u64) -> u64 {
    let low = word & LOW;
    reaches(low, b'A') & !reaches(low, b'Z' + 1) & !word
}

/// Whether a check marks any byte of a text, in its high bit. The last word may overlap with the one before, which does no
/// harm.
fn any_word(text: &str, check: impl Fn(u64) -> u64) -> bool {
    let bytes = text.as_bytes();
    let word = |bytes: &[u8; 8]| check(u64::from_le_bytes(*bytes));
    let marks = if let Some(last) = bytes.last_chunk() {
        bytes.as_chunks().0.iter().fold(word(last), |marks, bytes| marks | word(bytes))
    } else {
        bytes.iter().fold(0, |marks, byte| marks | check(u64::from(*byte) * ONES))
    };
    marks & !LOW != 0
}

/// Marks bytes of at least a bound. They must be below 0x80, so that no sum carries into the next byte.
const fn reaches(low: u64, bound: u8) -> u64 {
    low + each(0x80 - bound)
}

/// Eight times a byte.
const fn each(byte: u8) -> u64 {
    byte as u64 * ONES
}

const DELIMITERS: [char; 16] =
    ['"', '(', ')', ',', '/', ';', '<', '=', '>', '?', '@', '[', '\\', ']', '{', '}'];
const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f * ONES;

#[cfg(test)]
mod tests {
    use super::{has_control, is_name, is_token, push_lower, trimmed};

    #[test]
    fn control_characters_are_found_at_every_place() {
        for control in (0..32).chain([127]).map(char::from) {
            for length in 1..20 {
                for at in 0..length {
                    let text: String = (0..length).map(|n| if n == at { control } else { 'a' }).collect();
                    assert!(has_control(&text), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn nothing_else_is_a_control_character() {
        let plain: String = (32..127).map(char::from).chain("äß€中🚀\u{80}\u{ff}".chars()).collect();
        for text in [plain.as_str(), "", "a", "1234567", "12345678", "中中中中中中中"] {
            assert!(!has_control(text), "{text}");
        }
    }

    #[test]
    fn names_are_visible_ascii_without_a_colon() {
        for byte in 0..=255 {
            let character = char::from(byte);
            let expected = character.is_ascii_graphic() && character != ':';
            for name in
                [format!("{character}"), format!("x-acs-{character}"), format!("x-acs-a{character}-version")]
            {
                assert_eq!(is_name(&name), expected, "{name:?}");
                let is_delimiter = r#""(),/;<=>?@[\]{}"#.contains(character);
                assert_eq!(is_token(&name), expected && !is_delimiter, "{name:?}");
            }
        }
        assert!(!is_name("") && !is_token(""));
    }

    #[test]
    fn every_capital_becomes_small() {
        for before in ["", "-", "x-acs-", "Z", "~~~~~~~~"] {
            for capital in (0..128).map(char::from) {
                let mut out = String::from("Kept ");
                push_lower(&mut out, &format!("{before}{capital}-"));
                assert_eq!(out, format!("Kept {}{}-", before.to_lowercase(), capital.to_ascii_lowercase()));
            }
        }
    }

    #[test]
    fn white_space_is_dropped_at_the_ends_only() {
        assert_eq!(trimmed(" \ta b\t "), "a b");
        assert_eq!(trimmed("\u{a0}a"), "\u{a0}a");
        assert_eq!(trimmed(" "), "");
    }
}
