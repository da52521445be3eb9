//! Takes string-to-sign texts and canonical requests apart.

use super::explanation::Part;

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
    /// The query string as it stands in the text.
    pub(super) query: &'a str,
}

impl<'a> Read<'a> {
    pub(super) fn part(&self, part: &Part) -> Option<&'a str> {
        self.parts.iter().find(|(own, _)| own == part).map(|(_, value)| *value)
    }
}

pub(super) fn read(text: &str) -> Read<'_> {
    if text.starts_with("ACS3-") {
        return Read { kind: Kind::Hash, parts: Vec::new(), query: "" };
    }
    canonical(text).or_else(|| roa(text)).unwrap_or(Read { kind: Kind::Other, parts: Vec::new(), query: "" })
}

fn roa(text: &str) -> Option<Read<'_>> {
    let mut lines = text.splitn(6, '\n');
    let mut parts = vec![(Part::Method, lines.next().filter(|line| is_method(line))?)];
    for name in ["accept", "content-md5", "content-type", "date"] {
        let value = lines.next().filter(|line| !is_acs_header(line) && !line.starts_with('/'))?;
        parts.push((Part::Header(name.to_owned()), value));
    }
    let mut rest = lines.next()?;
    while !rest.starts_with('/') {
        let (line, tail) = rest.split_once('\n')?;
        parts.push(header(line)?);
        rest = tail;
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    parts.push((Part::Path, path));
    Some(Read { kind: Kind::Roa, parts, query })
}

fn canonical(text: &str) -> Option<Read<'_>> {
    let mut lines = text.split('\n');
    let method = lines.next().filter(|line| is_method(line))?;
    let path = lines.next().filter(|line| line.starts_with('/'))?;
    let query = lines.next()?;
    let mut parts = vec![(Part::Method, method), (Part::Path, path)];
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        parts.push(header(line)?);
    }
    let names = lines.next().filter(|line| line.split(';').all(is_name))?;
    let hash = lines.next().filter(|line| line.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    parts.extend([(Part::SignedHeaders, names), (Part::BodyHash, hash)]);
    Some(Read { kind: Kind::Canonical, parts, query })
}

fn header(line: &str) -> Option<(Part, &str)> {
    let (name, value) = line.split_once(':').filter(|(name, _)| is_name(name))?;
    Some((Part::Header(name.to_owned()), value))
}

fn is_method(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_acs_header(line: &str) -> bool {
    line.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-acs-"))
}

/// What names of headers and parameters are made of, and secrets mostly are not.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// A query string's parameters.
///
/// ROA signs values raw, and a value may hold `&`. What follows that must not pass for a name: it may be part of a secret. So a
/// parameter begins only at a name with `=` after it; anything else belongs to the value before, or to a nameless one at the
/// beginning. A bare name counts where `other`, the query string on the other side, has it with a value.
pub(super) fn parameters<'a>(query: &'a str, other: &str) -> Vec<(&'a str, Option<&'a str>)> {
    let mut found: Vec<(&str, Option<&str>)> = Vec::new();
    let mut value_start = 0;
    let mut start = 0;
    for piece in query.split('&') {
        let end = start + piece.len();
        let named = piece.split_once('=').filter(|(name, _)| is_name(name));
        if let Some((name, value)) = named {
            found.push((name, Some(value)));
            value_start = end - value.len();
        } else if is_name(piece) && has_value(other, piece) && !has_value(query, piece) {
            found.push((piece, None));
            value_start = end;
        } else if let Some((_, value)) = found.last_mut() {
            *value = query.get(value_start..end);
        } else if !piece.is_empty() {
            found.push(("", Some(piece)));
        }
        start = end + 1;
    }
    found
}

fn has_value(query: &str, name: &str) -> bool {
    query.split('&').any(|piece| piece.strip_prefix(name).is_some_and(|rest| rest.starts_with('=')))
}
