//! A server's text inside the message of its refusal.

use std::borrow::Cow;

use super::read::{Kind, read};

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

/// The text that the server signed, out of its message. `own` is the client's text: a canonical request is looked for if it is one.
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
    let canonical = read(own).kind == Kind::Canonical;
    let found = markers(&message.to_ascii_lowercase()).find(|marker| marker.canonical == canonical);
    let text = found.and_then(|marker| message.get(marker.end..)).unwrap_or(message);
    let text = text.trim_start_matches([' ', ':']);
    let text = match text.strip_prefix('[') {
        Some(text) => {
            text.find("] server ").or_else(|| text.rfind(']')).and_then(|end| text.get(..end)).unwrap_or(text)
        }
        None => text,
    };
    plain(text, own)
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

/// Undoes what a message goes through on its way: escapes of JSON and XML, and white space after it.
fn plain<'a>(text: &'a str, own: &str) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(text);
    if !text.contains('\n') && text.contains("\\n") {
        text = Cow::Owned(text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\"));
    }
    if text.contains("&amp;") && !own.contains("&amp;") {
        let unescaped =
            text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
        text = Cow::Owned(unescaped);
    }
    if text.contains("\r\n") {
        text = Cow::Owned(text.replace("\r\n", "\n"));
    }
    let trimmed = text.trim_end();
    if text == own || trimmed.len() == text.len() { text } else { Cow::Owned(trimmed.to_owned()) }
}

const PHRASES: [(bool, &[&str]); 3] =
    [(false, &["string", "to", "sign"]), (true, &["canonical", "request"]), (true, &["canonical", "string"])];

/// What may stand between a sentence and a server's text.
const LEADS_UP: [char; 12] = [':', ';', ',', '(', '[', '{', '<', '"', '\'', '-', '–', '='];
