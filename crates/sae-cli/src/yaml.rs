//! A value as YAML that can be read again and can't steer a terminal.

use std::borrow::Cow;

use sae::transport::text::is_hidden;
use serde::Serialize;

/// A tree of texts and other values.
pub trait Texts: Serialize {
    /// Changes every text in it, the names of members among them.
    fn change_texts(&mut self, change: &dyn Fn(&mut String));
}

/// Writes a value. Characters that are hidden stand there in YAML's own escapes.
///
/// YAML has escapes between double quotation marks alone, and the writer quotes only what it has to. So each hidden character becomes a
/// control character and its number: the writer quotes that and escapes the control character, and what stands there then is one letter
/// away from YAML's escape for the character itself.
pub fn to_string<T: Texts>(mut value: T) -> Result<String, serde_saphyr::SerializeError> {
    value.change_texts(&|text| {
        if let Cow::Owned(marked) = marked(text) {
            *text = marked;
        }
    });
    let yaml = serde_saphyr::to_string(&value)?.replace(WRITTEN, r"\U00");
    Ok(if yaml.ends_with('\n') { yaml } else { yaml + "\n" })
}

fn marked(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c == '\n' || c == '\t' || !is_hidden(c);
    // What looks like a mark is marked itself.
    if text.chars().all(is_plain) && !text.contains(WRITTEN) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_plain(c) && c != '\\' {
            out.push(c);
        } else {
            out.push_str(&format!("{MARK}{:06X}", u32::from(c)));
        }
    }
    Cow::Owned(out)
}

impl Texts for serde_json::Value {
    fn change_texts(&mut self, change: &dyn Fn(&mut String)) {
        match self {
            Self::String(text) => change(text),
            Self::Array(items) => items.iter_mut().for_each(|item| item.change_texts(change)),
            Self::Object(members) => {
                *members = std::mem::take(members)
                    .into_iter()
                    .map(|(mut name, mut value)| {
                        change(&mut name);
                        value.change_texts(change);
                        (name, value)
                    })
                    .collect();
            }
            Self::Null | Self::Bool(_) | Self::Number(_) => {}
        }
    }
}

const MARK: char = '\u{1}';
/// The mark as the writer escapes it.
const WRITTEN: &str = r"\x01";

#[cfg(test)]
mod tests {
    use sae::transport::text::is_hidden;
    use saphyr_parser::{Event, Parser};
    use serde_json::json;

    use super::to_string;

    #[test]
    fn whatever_is_written_is_read_again_and_hides_nothing() {
        for text in [
            "\u{202e}",
            "a\u{200b}b",
            "\u{1}",
            "\u{1}00202E",
            r"\x01",
            r"\x0100202E",
            r#"a "\x01b"#,
            "\\\u{1}",
            r"\U0000202E",
            "\u{e0041}\r\n\t\\\"'",
            "\u{85}\u{2028}\u{feff}\u{7f}\u{9b}\u{0}",
            "no",
            "店",
            "two\nlines\n",
            "two\nlines\u{2066}\n",
            " - # : \u{200b}",
        ] {
            let yaml = to_string(json!([text, { text: [text] }])).expect("it is written");
            assert!(!yaml.contains(|c: char| c != '\n' && is_hidden(c)), "{yaml:?}");
            let events = Parser::new_from_str(&yaml).map(|event| event.expect("it is YAML").0);
            let read: Vec<_> = events
                .filter_map(|event| match event {
                    Event::Scalar(text, ..) => Some(text.into_owned()),
                    _ => None,
                })
                .collect();
            assert_eq!(read, [text; 3], "{yaml}");
        }
    }
}
