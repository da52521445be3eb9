//! Takes string-to-sign texts and the server's messages apart.

use std::borrow::Cow;

use super::Part;

/// What a text is.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A ROA string-to-sign.
    Roa,
    /// An ACS3 canonical request.
    Canonical,
    /// An ACS3 string-to-sign.
    Hash,
    /// None of them.
    Other,
}

/// A text in its parts.
pub(super) struct Read<'a> {
    pub(super) kind: Kind,
    pub(super) parts: Vec<(Part, &'a str)>,
    pub(super) query: Vec<(&'a str, Option<&'a str>)>,
}

impl<'a> Read<'a> {
    pub(super) fn part(&self, part: &Part) -> Option<&'a str> {
        self.parts.iter().find(|(own, _)| own == part).map(|(_, value)| *value)
    }

    pub(super) fn parameter(&self, name: &str) -> Option<&(&'a str, Option<&'a str>)> {
        self.query.iter().find(|(own, _)| *own == name)
    }
}

pub(super) fn read(text: &str) -> Read<'_> {
    if text.starts_with("ACS3-") {
        return Read { kind: Kind::Hash, parts: Vec::new(), query: Vec::new() };
    }
    canonical(text).or_else(|| roa(text)).unwrap_or(Read {
        kind: Kind::Other,
        parts: Vec::new(),
        query: Vec::new(),
    })
}

fn roa(text: &str) -> Option<Read<'_>> {
    let mut lines = text.splitn(6, '\n');
    let mut parts = vec![(Part::Method, lines.next()?)];
    for name in ["accept", "content-md5", "content-type", "date"] {
        let value = lines.next().filter(|line| !line.starts_with("x-acs-") && !line.starts_with('/'))?;
        parts.push((Part::Header(name.to_owned()), value));
    }
    let mut rest = lines.next()?;
    while !rest.starts_with('/') {
        let (line, tail) = rest.split_once('\n')?;
        let (name, value) = line.split_once(':')?;
        parts.push((Part::Header(name.to_owned()), value));
        rest = tail;
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    parts.push((Part::Path, path));
    Some(Read { kind: Kind::Roa, parts, query: pairs(query) })
}

fn canonical(text: &str) -> Option<Read<'_>> {
    let mut lines = text.split('\n');
    let method = lines.next()?;
    let path = lines.next().filter(|line| line.starts_with('/'))?;
    let query = lines.next()?;
    let mut parts = vec![(Part::Method, method), (Part::Path, path)];
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':')?;
        parts.push((Part::Header(name.to_owned()), value));
    }
    parts.push((Part::SignedHeaders, lines.next()?));
    parts.push((Part::BodyHash, lines.next()?));
    Some(Read { kind: Kind::Canonical, parts, query: pairs(query) })
}

fn pairs(query: &str) -> Vec<(&str, Option<&str>)> {
    let pair = |text| match str::split_once(text, '=') {
        Some((name, value)) => (name, Some(value)),
        None => (text, None),
    };
    query.split('&').filter(|text| !text.is_empty()).map(pair).collect()
}

/// The text that the server signed, out of its message.
pub(super) fn server_text<'a>(message: &'a str, own: &str) -> Cow<'a, str> {
    let wanted: &[&str] = if read(own).kind == Kind::Canonical { &CANONICAL } else { &STRING_TO_SIGN };
    let lower = message.to_ascii_lowercase();
    let found = wanted.iter().find_map(|marker| lower.find(marker).map(|at| at + marker.len()));
    let text = found.and_then(|at| message.get(at..)).unwrap_or(message);
    let text = text.trim_start_matches([' ', ':']);
    let text = match text.strip_prefix('[') {
        Some(text) => {
            text.find("] server ").or_else(|| text.rfind(']')).and_then(|end| text.get(..end)).unwrap_or(text)
        }
        None => text,
    };
    plain(text, own)
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

const STRING_TO_SIGN: [&str; 2] = ["server string to sign is", "server stringtosign is"];
const CANONICAL: [&str; 3] =
    ["server canonicalrequest is", "server canonical request is", "server canonical string is"];
