//! Numbers of JSON that no type of this crate holds: whole ones beyond 64 bits, and others beyond the range of `f64`.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::scan::text_length;

/// Puts such numbers in quotes, so that every digit is kept as text. All other texts stay as they are.
pub(crate) fn quoted(json: &str) -> Cow<'_, str> {
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
