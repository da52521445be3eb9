//! A server's text inside the message of its refusal.

use std::borrow::Cow;

use super::read::{Kind, read};
use super::white_space::{core, has_windows_lines, is_blank};

/// The part of a refusal's message before the text that the server signed.
///
/// That text repeats every parameter of the request, secrets too, so it belongs neither into a log nor onto a screen. What
/// only led up to it, such as a colon or a bracket, is cut off as well. A message without such a text comes back whole.
///
/// ```
/// use sae_sign::explain::without_server_text;
///
/// let message = "The signature does not match. Server string to sign is:GET\n\n\n\n\n/?Password=1234";
/// assert_eq!(without_server_text(message), "The signature does not match.");
/// assert_eq!(without_server_text("No such application."), "No such application.");
/// ```
pub fn without_server_text(message: &str) -> &str {
    let Some(marker) = markers(&message.to_ascii_lowercase()).next() else { return message };
    let leads_up = |last: char| last.is_whitespace() || LEADS_UP.contains(&last);
    message.get(..marker.start).unwrap_or_default().trim_end_matches(leads_up)
}

/// The text that the server signed, out of its message, or out of the document or the words of an SDK that repeat the message.
///
/// `own` is the client's text: a canonical request is looked for if it is one, or if it is empty and there is one.
///
/// It holds every parameter of the request, secrets too: it is there to be compared, not to be shown.
///
/// ```
/// use sae_sign::explain::server_text;
///
/// let message = "The signature does not match. Server string to sign is:GET\n\n\n\n\n/?Name=a";
/// assert_eq!(server_text(message, "GET\n\n\n\n\n/"), "GET\n\n\n\n\n/?Name=a");
/// ```
pub fn server_text<'a>(message: &'a str, own: &str) -> Cow<'a, str> {
    let lower = message.to_ascii_lowercase();
    let canonical = read(&core(own)).kind == Kind::Canonical
        || own.is_empty() && markers(&lower).any(|marker| marker.canonical);
    let found = markers(&lower).find(|marker| marker.canonical == canonical);
    let Some(marker) = found else { return plain(message, own) };
    let (before, text) = message.split_at_checked(marker.end).unwrap_or((message, ""));
    let text = before_end(before, text.trim_start_matches([' ', ':']), own);
    let text = match text.strip_prefix('[') {
        Some(text) => {
            text.find("] server ").or_else(|| text.rfind(']')).and_then(|end| text.get(..end)).unwrap_or(text)
        }
        None => text,
    };
    plain(text, own)
}

/// The text without what follows it where a message stands inside something larger: a document, or the words of an SDK's exception.
fn before_end<'a>(before: &str, text: &'a str, own: &str) -> &'a str {
    let end = if !text.contains('\n') && text.contains("\\n") {
        // A string of JSON, or of Python's `repr`: it ends with the quotation mark that it began with.
        before.rfind(['"', '\'']).and_then(|at| unescaped(text, before.get(at..)?.chars().next()?))
    } else if before.contains("<Message>") {
        text.find("</Message>")
    } else {
        // A value may hold such words, too; what the client signed as well is none.
        let same = if text.starts_with(own) { own.len() } else { 0 };
        let lower = text.to_ascii_lowercase();
        let rest = lower.get(same..).unwrap_or_default();
        TRAILERS.iter().filter_map(|trailer| rest.find(trailer)).min().map(|at| same + at)
    };
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Where the character stands without a backslash before it.
fn unescaped(text: &str, wanted: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == wanted => return Some(at),
            _ => {}
        }
    }
    None
}

/// Words that announce a server's text: "server string to sign is:", "server CanonicalRequest is [".
struct Marker {
    start: usize,
    end: usize,
    /// Whether a canonical request follows; otherwise it is a string-to-sign.
    canonical: bool,
}

/// All markers in a message in lower case. Where a spelling is in doubt, it is one: better too little is shown than a secret.
fn markers(lower: &str) -> impl Iterator<Item = Marker> + '_ {
    lower.match_indices("server").filter_map(move |(start, word)| {
        let after = lower.get(start + word.len()..)?;
        let after = after.strip_prefix("'s").unwrap_or(after);
        let (canonical, rest) = PHRASES
            .iter()
            .find_map(|(canonical, words)| words_at(after, words).map(|rest| (*canonical, rest)))?;
        let rest = words_at(rest, &["is"]).unwrap_or(rest);
        Some(Marker { start, end: lower.len() - rest.len(), canonical })
    })
}

/// What follows the words, which may stand apart, be hyphenated or be written as one.
fn words_at<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let between = |c: char| c.is_whitespace() || c == '-' || c == '_';
    words.iter().try_fold(text, |rest, word| rest.trim_start_matches(between).strip_prefix(word))
}

/// Undoes what a message goes through on its way: escapes of JSON and XML, line breaks of Windows, and white space around it
/// that copying adds. What the client signed as well is none of that.
fn plain<'a>(text: &'a str, own: &str) -> Cow<'a, str> {
    if text == own {
        return Cow::Borrowed(text);
    }
    let mut text = Cow::Borrowed(text);
    if !text.contains('\n') && text.contains("\\n") {
        text = Cow::Owned(without_escapes(&text));
    }
    if text.contains("&amp;") && !own.contains("&amp;") {
        let unescaped =
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        text = Cow::Owned(unescaped);
    }
    if text == own {
        return text;
    }
    if has_windows_lines(&text) && !has_windows_lines(own) {
        text = Cow::Owned(text.replace("\r\n", "\n"));
    }
    let mut bare = text.as_ref();
    if !own.starts_with(is_blank) {
        bare = bare.trim_start_matches(is_blank);
    }
    if own.is_empty() {
        bare = bare.trim_end();
    } else if !own.ends_with(['\r', '\n']) {
        bare = bare.trim_end_matches(['\r', '\n']);
    }
    if bare.len() == text.len() { text } else { Cow::Owned(bare.to_owned()) }
}

/// The text that a string of JSON stands for, and nearly always one of Python's `repr`.
fn without_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let code = rest.as_str().get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                if let Some(character) = code.and_then(char::from_u32) {
                    out.push(character);
                    rest = rest.as_str().get(4..).unwrap_or_default().chars();
                } else {
                    out.push_str("\\u");
                }
            }
            Some(other) => out.push(other),
            None => out.push(character),
        }
    }
    out
}

const PHRASES: [(bool, &[&str]); 3] =
    [(false, &["string", "to", "sign"]), (true, &["canonical", "request"]), (true, &["canonical", "string"])];

/// What may stand between a sentence and a server's text.
const LEADS_UP: [char; 12] = [':', ';', ',', '(', '[', '{', '<', '"', '\'', '-', '–', '='];

/// What official SDKs put after the service's message, in lower case: those for Python (old and new), Node, Java and Go.
const TRAILERS: [&str; 6] =
    [" requestid: ", " request id: ", ", requestid: ", " hostid: ", "\nrequestid", "\nrespheaders: "];
