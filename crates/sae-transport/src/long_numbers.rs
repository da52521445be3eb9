//! Numbers of JSON that no type of this crate holds: whole ones beyond 64 bits, and others beyond the range of `f64`.

use std::borrow::Cow;

use memchr::memchr2;
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

/// Whether there may be such a number: a long run of digits, or a large exponent. Nearly every text is told by looking at a few of
/// its bytes.
fn is_suspicious(json: &[u8]) -> bool {
    let digit = |at: usize| json.get(at).is_some_and(u8::is_ascii_digit);
    // A run of this length has a digit at one of these places.
    let has_run = (0..json.len()).step_by(SHORT).any(|at| {
        digit(at) && {
            let before =
                json.iter().take(at).rev().take(SHORT).take_while(|byte| byte.is_ascii_digit()).count();
            let after = json.iter().skip(at).take(SHORT).take_while(|byte| byte.is_ascii_digit()).count();
            before + after >= SHORT
        }
    });
    has_run || has_exponent(json)
}

fn has_exponent(json: &[u8]) -> bool {
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| memchr2(b'e', b'E', rest)) {
        at += found + 1;
        let sign = usize::from(matches!(json.get(at), Some(b'+' | b'-')));
        let digits = json.iter().skip(at + sign).take_while(|byte| byte.is_ascii_digit()).count();
        if digits >= 3 && at.checked_sub(2).and_then(|at| json.get(at)).is_some_and(u8::is_ascii_digit) {
            return true;
        }
    }
    false
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

#[cfg(test)]
mod tests {
    use super::quoted;

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
            ("[\"ü€1e400\",ü1e400]", "[\"ü€1e400\",ü\"1e400\"]"),
        ] {
            assert_eq!(quoted(json), expected);
        }
        let long = "9".repeat(400);
        assert_eq!(quoted(&long), format!("\"{long}\""));
    }
}
