//! Words of a command line, as shells read them.

use sae::transport::text::escape_control;

/// One word of a command line, as a POSIX shell reads it.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/,@%+=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// One word of a command line of bash that can be pasted: no character in it steers a terminal, ends the line or calls back a command of
/// before.
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
