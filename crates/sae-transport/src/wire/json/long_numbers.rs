//! Numbers of JSON that no type of this crate holds: whole ones beyond 64 bits, and others beyond the range of `f64`.

use std::borrow::Cow;

use memchr::{memchr2, memchr2_iter};
use serde_json::value::RawValue;

/// Puts such numbers in quotes, so that every digit is kept as text. All other texts stay as they are.
pub(crate) fn quoted(json: &str) -> Cow<'_, str> {
    if !is_suspicious(json.as_bytes()) {
        return Cow::Borrowed(json);
    }
    let mut out = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(rest) = json.get(at..)
        && let Some(byte) = rest.bytes().next()
    {
        at += match byte {
            b'"' => text_length(rest.as_bytes()),
            b'-' | b'0'..=b'9' => {
                let (number, _) = rest.split_at(rest.find(|c| !is_number_part(c)).unwrap_or(rest.len()));
                if is_beyond(number) {
                    out.push_str(json.get(copied..at).unwrap_or_default());
                    out.push('"');
                    out.push_str(number);
                    out.push('"');
                    copied = at + number.len();
                }
                number.len()
            }
            _ => rest.find(|c| c == '"' || is_number_part(c)).unwrap_or(rest.len()).max(1),
        };
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    out.push_str(json.get(copied..).unwrap_or_default());
    Cow::Owned(out)
}

/// Whether there may be such a number: a long run of digits, or a large exponent. This looks at every byte of every answer, so it is
/// written for instructions that take many bytes at a time.
fn is_suspicious(json: &[u8]) -> bool {
    has_long_run(json) || has_exponent(json)
}

/// Whether a number has 19 digits. They cover a whole word of eight bytes, wherever they begin.
fn has_long_run(json: &[u8]) -> bool {
    let (words, _) = json.as_chunks::<8>();
    let mut runs = Runs { json, refused: 0 };
    words.iter().enumerate().any(|(index, word)| {
        let word = u64::from_le_bytes(*word);
        let is_digits = (word & HIGH) == ZEROS && (word.wrapping_add(SIXES) & HIGH) == ZEROS;
        is_digits && {
            let (before, after) = json.split_at(index * 8);
            let is_digit = |byte: &&u8| byte.is_ascii_digit();
            let length = before.iter().rev().take(SHORT).take_while(is_digit).count()
                + after.iter().take(SHORT).take_while(is_digit).count();
            length >= SHORT && runs.stands_as_number(index * 8)
        }
    })
}

/// Runs of bytes that numbers consist of. Each is looked at once, so that one of megabytes takes no longer than others.
struct Runs<'j> {
    json: &'j [u8],
    /// Where the last one ends that is no number.
    refused: usize,
}

impl Runs<'_> {
    /// Whether the run around this byte may be a number: it doesn't begin inside a text or a word.
    fn stands_as_number(&mut self, at: usize) -> bool {
        if at < self.refused {
            return false;
        }
        let (before, after) = self.json.split_at(at);
        let is_other = |byte: &u8| !is_number_part(char::from(*byte));
        let start = before.iter().rposition(is_other);
        let stands = start.and_then(|at| before.get(at)).is_none_or(|byte| b":,[ \t\r\n".contains(byte));
        if !stands {
            self.refused = at + after.iter().position(is_other).unwrap_or(after.len());
        }
        stands
    }
}

/// Whether a number, as it stands outside of texts, has an exponent of three digits.
fn has_exponent(json: &[u8]) -> bool {
    let mut runs = Runs { json, refused: 0 };
    let from = |offset: usize| json.get(offset..).unwrap_or_default().as_chunks::<PIECE>().0;
    // With a sign or without one, the second byte after the mark is a digit.
    let pieces = from(0).iter().zip(from(1)).zip(from(3));
    let in_pieces = pieces.enumerate().any(|(piece, ((before, marks), seconds))| {
        let bytes = before.iter().zip(marks).zip(seconds);
        let found = bytes.fold(0, |found, ((before, mark), second)| {
            found | (digit(*before) & u8::from((*mark | 0x20) == b'e') & digit(*second))
        });
        found > 0
            && memchr2_iter(b'e', b'E', marks).any(|at| is_large_exponent(&mut runs, piece * PIECE + 1 + at))
    });
    // The last pieces are not whole.
    let rest = json.len().saturating_sub(2 * PIECE).max(1);
    in_pieces || (rest..json.len()).any(|at| is_large_exponent(&mut runs, at))
}

/// 1 for a digit.
const fn digit(byte: u8) -> u8 {
    (byte.wrapping_sub(b'0') < 10) as u8
}

/// Whether the exponent of a number begins here, and has three digits.
fn is_large_exponent(runs: &mut Runs<'_>, at: usize) -> bool {
    let (before, rest) = runs.json.split_at(at);
    let [b'e' | b'E', exponent @ ..] = rest else { return false };
    let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
    let has_digits = exponent.first_chunk::<3>().is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    has_digits && before.last().is_some_and(u8::is_ascii_digit) && runs.stands_as_number(at)
}

/// Bytes of a text with its quotes.
fn text_length(rest: &[u8]) -> usize {
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

fn is_number_part(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E')
}

fn is_beyond(number: &str) -> bool {
    let is_whole = number.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    let fits = if is_whole {
        number.parse::<i64>().is_ok()
    } else {
        number.parse::<f64>().is_ok_and(f64::is_finite)
    };
    // What is no number is the parser's to refuse.
    !fits && serde_json::from_str::<&RawValue>(number).is_ok()
}

/// Shorter runs of digits fit into 64 bits.
const SHORT: usize = 19;
const PIECE: usize = 32;
const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
const ZEROS: u64 = 0x3030_3030_3030_3030;
const SIXES: u64 = 0x0606_0606_0606_0606;

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_number_is_found_wherever_it_stands() {
        for length in 0..200 {
            let text = "\"017f39b8-dfa4-4e1684\",".repeat(length % 9) + &" ".repeat(length);
            for number in ["1e400", "-2.5E-4000", "12345678901234567890"] {
                let json = format!("[{text}{number}{text}]");
                let expected = json.replace(number, &format!("\"{number}\""));
                let is_beyond = super::is_beyond(number);
                assert_eq!(quoted(&json), if is_beyond { expected } else { json.clone() }, "{json}");
            }
        }
    }

    /// Before, each word of such a text was searched from the beginning of the text: hours for these.
    #[test]
    fn a_long_text_of_digits_is_read_once() {
        for text in ["7", "1e111", "1e1.5e+333-", "e12345678"] {
            let json = format!("{{\"Data\":\"{}\"}}", text.repeat(1 << 20));
            assert!(quoted(&json) == json, "{text}");
            let json = json.replace('}', ",\"N\":12345678901234567890}");
            assert!(quoted(&json).ends_with(":\"12345678901234567890\"}"), "{text}");
        }
    }

    #[test]
    fn numbers_that_no_type_holds_become_texts() {
        for (json, expected) in [
            ("1e400", "\"1e400\""),
            ("[-1E+400,1e-400,1e308]", "[\"-1E+400\",1e-400,1e308]"),
            ("{\"a\":9223372036854775807}", "{\"a\":9223372036854775807}"),
            ("{\"a\": 9223372036854775808 }", "{\"a\": \"9223372036854775808\" }"),
            ("-9223372036854775809", "\"-9223372036854775809\""),
            ("0.12345678901234567890123", "0.12345678901234567890123"),
            ("[\"1e400\",\"\\\"1e400\"]", "[\"1e400\",\"\\\"1e400\"]"),
            ("[1e400.5,1e400", "[1e400.5,\"1e400\""),
            ("\"12345678901234567890", "\"12345678901234567890"),
            ("[\"ü€1e400\", 1e400]", "[\"ü€1e400\", \"1e400\"]"),
        ] {
            assert_eq!(quoted(json), expected);
        }
        let long = "9".repeat(400);
        assert_eq!(quoted(&long), format!("\"{long}\""));
    }
}
