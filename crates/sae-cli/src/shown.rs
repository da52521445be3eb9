//! Text of others on a terminal.

use std::borrow::Cow;

/// One line of text with its control characters escaped: what a service or a file holds must not steer the terminal.
pub fn shown(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if c.is_control() { out.extend(c.escape_default()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// The same for a paragraph, whose lines stay lines.
pub fn shown_lines(text: &str) -> String {
    text.split('\n').map(shown).collect::<Vec<_>>().join("\n")
}

/// The same for JSON, in its own escapes. They stand for the characters of C1 and for DEL, which JSON may hold as they are.
pub fn shown_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_control() && c != '\n' {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// An address without what may be a credential in it: user and password, and what follows the path.
pub fn address(url: &str) -> String {
    let (place, rest) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let (scheme, place) = place.split_at(place.find("://").map_or(0, |at| at + 3));
    let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    // A password with one of these marks in it: where it ends can't be told.
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b']');
    if !host.contains('@')
        && url.contains('@')
        && host.rsplit_once(':').is_some_and(|(_, port)| !is_port(port))
    {
        return format!("{scheme}{BLANK}");
    }
    let host = host.rsplit_once('@').map_or_else(|| host.to_owned(), |(_, host)| format!("{BLANK}@{host}"));
    let rest = rest.chars().next().map_or_else(String::new, |mark| format!("{mark}{BLANK}"));
    format!("{scheme}{host}{path}{rest}")
}

/// What stands in the place of a secret.
pub const BLANK: &str = "(secret)";

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_shown_without_credentials() {
        for (url, shown) in [
            ("https://h/x.jar", "https://h/x.jar"),
            (
                "https://user:hush@h:1/a@b/x.jar?Signature=hush&t=hush",
                "https://(secret)@h:1/a@b/x.jar?(secret)",
            ),
            ("oss://hu@sh@b#hush", "oss://(secret)@b#(secret)"),
            ("user:hush@h/x.jar", "(secret)@h/x.jar"),
            ("http://user:hu/sh@h:1", "http://(secret)"),
            ("user:hu?sh@h:1", "(secret)"),
            ("http://[::1]:80/a@b", "http://[::1]:80/a@b"),
            ("", ""),
        ] {
            assert_eq!(address(url), shown, "{url}");
        }
    }
}
