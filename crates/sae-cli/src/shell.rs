//! Words of a command line, as shells read them.

use sae::transport::text::escape_control;

/// Quotes a word for a POSIX shell.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/,@%+=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Quotes a word for bash so that it can be pasted: no control characters, no line breaks, no history expansion.
pub fn bash_word(text: &str) -> String {
    if escape_control(text) == text {
        return word(text);
    }
    let mut out = String::from("$'");
    for c in text.chars() {
        let is_plain = !matches!(c, '\'' | '\\' | '!')
            && escape_control(c.encode_utf8(&mut [0; 4])) == *c.encode_utf8(&mut [0; 4]);
        if is_plain {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
    }
    out + "'"
}
