//! Writes YAML without control characters.

use std::borrow::Cow;
use std::io::{self, Write};

use sae::transport::JsonDocument;
use sae::transport::text::is_hidden;
use serde::Serialize;
use serde_saphyr::SerializeError;

/// A value with texts in it.
pub trait Texts: Serialize {
    /// Applies a change to every text, including names of members.
    fn change_texts(&mut self, change: &dyn Fn(&mut String));
}

/// Writes a value. Hidden characters become YAML escapes.
///
/// YAML has escapes only within double quotes, and the writer quotes only where necessary. So each hidden character is replaced by a
/// control character and its number: the writer quotes and escapes the control character, and one replacement turns the result into
/// YAML's escape of the original.
pub fn to_string<T: Texts>(mut value: T) -> Result<String, SerializeError> {
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
    // Texts that look like a mark are marked, too.
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

/// Writes a JSON document as YAML, without building a tree of it; members are sorted. Hidden characters become YAML escapes.
///
/// Exported manifests are written with the same escapes. This function is for programs that print other documents, such as answers of the
/// service:
///
/// ```
/// let mut out = Vec::new();
/// sae_manifest::write_yaml(r#"{"Name": "shop", "Description": "one\u0007two"}"#, &mut out)?;
/// assert_eq!(String::from_utf8(out)?, "Description: \"one\\U00000007two\"\nName: shop\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The text is no JSON, or `out` fails.
pub fn write_yaml(json: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut marks = Marks { out, line: Vec::new() };
    serde_saphyr::to_io_writer(&mut marks, &JsonDocument::with_texts(json, marked)).map_err(|error| {
        match error {
            SerializeError::IO { error } => error,
            error => io::Error::new(io::ErrorKind::InvalidData, error.to_string()),
        }
    })?;
    marks.end()
}

/// Turns marks into YAML's escapes, line by line.
struct Marks<'a> {
    out: &'a mut dyn Write,
    line: Vec<u8>,
}

impl Marks<'_> {
    fn end(&mut self) -> io::Result<()> {
        if self.line.is_empty() {
            return Ok(());
        }
        self.line.push(b'\n');
        self.flush_line()
    }

    fn flush_line(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        match str::from_utf8(&line) {
            Ok(text) if text.contains(WRITTEN) => {
                self.out.write_all(text.replace(WRITTEN, r"\U00").as_bytes())?;
            }
            _ => self.out.write_all(&line)?,
        }
        self.line = line;
        self.line.clear();
        Ok(())
    }
}

impl Write for Marks<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                self.flush_line()?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
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

    use super::write_yaml;

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
            let mut yaml = Vec::new();
            write_yaml(&json!([text, { text: [text] }]).to_string(), &mut yaml).expect("it is written");
            let yaml = String::from_utf8(yaml).expect("text");
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
