//! Text of others on its way to a person: a server's message, a name from a file, an address.
//!
//! Everything that shows such a text, in this crate and above it, goes through these functions, so that the rules stand once.

use std::borrow::Cow;

/// One line of text in which no character can steer a terminal or deceive its reader.
///
/// Control characters, line ends, characters that set the direction of writing, invisible ones and those that Unicode doesn't
/// assign are written as Rust escapes: `\n`, `\u{202e}`. Letters, marks and spaces of all scripts stay as they are.
///
/// ```
/// use sae_transport::text::escape_control;
///
/// assert_eq!(escape_control("repo/shop:2"), "repo/shop:2");
/// assert_eq!(escape_control("shop\u{202e}\u{1b}[2J"), r"shop\u{202e}\u{1b}[2J");
/// ```
pub fn escape_control(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            c if is_hidden(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The text of an error about required parameters that a request lacks.
///
/// ```
/// use sae_transport::text::missing_parameters;
///
/// assert_eq!(missing_parameters(&["AppId"]), "the required parameter AppId is missing");
/// assert_eq!(missing_parameters(&["A", "B", "C"]), "the required parameters A, B and C are missing");
/// ```
pub fn missing_parameters(names: &[&str]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => {
            format!("the required parameters {} and {last} are missing", before.join(", "))
        }
        _ => format!("the required parameter {} is missing", names.concat()),
    }
}

/// The longest start of a text that takes no more than so many bytes.
///
/// ```
/// assert_eq!(sae_transport::text::start_within("né", 2), "n");
/// ```
pub fn start_within(text: &str, longest: usize) -> &str {
    // A character takes four bytes at most.
    (0..4).find_map(|back| text.get(..longest.min(text.len()).saturating_sub(back))).unwrap_or_default()
}

/// As [`escape_control`], for a paragraph, whose lines stay lines.
pub fn escape_control_lines(text: &str) -> String {
    text.split('\n').map(escape_control).collect::<Vec<_>>().join("\n")
}

/// The same for a JSON document, in JSON's own escapes, so that it stays the same document.
pub fn escape_control_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if is_hidden(c) && c != '\n' {
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a character is a control or format character, or shows nothing that a reader could see.
///
/// The standard library knows what is printable (general categories Cc, Cf, Co, Cn, Cs, Zl and Zp are not); what is printable by its
/// category and still invisible (Unicode's `Default_Ignorable_Code_Point`) stands here.
pub fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        '\u{34f}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{2028}'..='\u{2029}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{ffa0}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        c if c.is_control() => true,
        c if c.is_whitespace() => false,
        c => !is_printable(c),
    }
}

/// `str::escape_debug` leaves exactly the printable characters alone, combining marks among them where they don't come first.
fn is_printable(c: char) -> bool {
    let mut bytes = [b'a'; 5];
    let length = 1 + bytes.get_mut(1..).map_or(0, |rest| c.encode_utf8(rest).len());
    let pair = bytes.get(..length).and_then(|pair| std::str::from_utf8(pair).ok()).unwrap_or_default();
    c == '\\' || c == '"' || c == '\'' || pair.escape_debug().nth(1) == Some(c)
}

/// An address without what may be a credential in it: user and password, and what follows the path.
///
/// ```
/// use sae_transport::text::redact_url;
///
/// assert_eq!(redact_url("https://user:pass@h/x.jar?Signature=abc"), "https://(secret)@h/x.jar?(secret)");
/// ```
pub fn redact_url(url: &str) -> String {
    without_credentials(url, &mut |_| SECRET.to_owned())
}

/// An address with something in the place of user and password, and of what follows the path.
fn without_credentials(url: &str, secret: &mut dyn FnMut(&str) -> String) -> String {
    let (place, rest) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let (scheme, place) = place.split_at(place.find("://").map_or(0, |at| at + 3));
    let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    // A password with one of these marks in it: where it ends can't be told.
    let is_port =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b']');
    if !host.contains('@')
        && url.contains('@')
        && host.rsplit_once(':').is_some_and(|(_, port)| !is_port(port))
    {
        return format!("{scheme}{}", secret(url.get(scheme.len()..).unwrap_or_default()));
    }
    let host = host
        .rsplit_once('@')
        .map_or_else(|| host.to_owned(), |(user, host)| format!("{}@{host}", secret(user)));
    let mut after = rest.chars();
    let rest = after.next().map_or_else(String::new, |mark| format!("{mark}{}", secret(after.as_str())));
    // An address may stand in the path of another.
    let path = replace_credentials(path, secret);
    format!("{scheme}{host}{path}{rest}")
}

/// A text with [`redact_url`] for every address in it, such as the description of a change order.
///
/// An address begins with its scheme and ends with a space, a quotation mark, `<`, `>` or a backquote.
///
/// ```
/// use sae_transport::text::redact_urls;
///
/// assert_eq!(redact_urls("package: https://me:pw@h/x.jar?t=1 (new)"), "package: https://(secret)@h/x.jar?(secret) (new)");
/// ```
pub fn redact_urls(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(replace_credentials(text, &mut |_| SECRET.to_owned()))
}

/// A text in which something stands in the place of the credentials of every address.
pub(crate) fn replace_credentials(text: &str, secret: &mut dyn FnMut(&str) -> String) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find("://") {
        let (before, _) = rest.split_at(at);
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let begin = before.trim_end_matches(is_scheme).len();
        let (before, address) = rest.split_at(begin);
        let (address, after) = address.split_at(address.find(ends_url).unwrap_or(address.len()));
        out.push_str(before);
        out.push_str(&without_credentials(address, secret));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn ends_url(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`')
}

/// What stands in the place of a secret.
pub const SECRET: &str = "(secret)";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_characters_are_escaped_in_every_form() {
        for c in [
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{2028}',
            '\u{e0041}',
            '\u{fe0f}',
            '\u{ad}',
            '\u{feff}',
            '\u{85}',
        ] {
            let text = format!("a{c}b");
            assert_eq!(escape_control(&text), format!("a\\u{{{:x}}}b", u32::from(c)));
            let json = escape_control_json(&format!("\"{text}\""));
            assert!(!json.contains(is_hidden), "{json}");
            assert_eq!(serde_json::from_str::<String>(&json).expect("still JSON"), text);
        }
        assert_eq!(escape_control("a\tb\r\nc"), r"a\tb\r\nc");
        assert_eq!(escape_control_lines("a\u{1b}\nb"), "a\\u{1b}\nb");
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["杭州\u{3000}店", "naïve e\u{301}", "हिन्दी", "ไทย", "עברית", "a\u{a0}b", "🚀", r#"\"'"#]
        {
            assert_eq!(escape_control(text), text);
        }
    }

    #[test]
    fn addresses_in_a_text_are_shown_without_credentials() {
        for (text, shown) in [
            ("", ""),
            ("no address: a/b?c=1", "no address: a/b?c=1"),
            (
                "version: 1 | package: oss://u:hush@b/x.jar?S=hush [sae:t]",
                "version: 1 | package: oss://(secret)@b/x.jar?(secret) [sae:t]",
            ),
            (
                r#"{"url":"https://u:hush@h/?a=hush","b":"http://h/?hush#hush"}"#,
                r#"{"url":"https://(secret)@h/?(secret)","b":"http://h/?(secret)"}"#,
            ),
            ("https://h/a?hush\nhttp://hush@h", "https://h/a?(secret)\nhttp://(secret)@h"),
            ("éhttps://u:hush@h é", "éhttps://(secret)@h é"),
            ("://u:hush@h", "://(secret)@h"),
            ("a://b://u:hush@h", "a://(secret)"),
            ("https://proxy/http://u:hush@h/x", "https://proxy/http://(secret)@h/x"),
            ("image:http://h/<http://u:hush@h>", "image:http://h/<http://(secret)@h>"),
        ] {
            assert_eq!(redact_urls(text), shown, "{text}");
        }
    }

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
            assert_eq!(redact_url(url), shown, "{url}");
        }
    }
}
