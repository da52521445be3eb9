//! What clients are known to sign otherwise, seen in the server's text alone.

use super::compare::{EMPTY, unescaped};
use super::explanation::{Difference, Part};
use super::read::{Kind, Read, parameters};

/// The parts of the server's text that the client may have signed otherwise.
pub(super) fn hints(server: &Read<'_>) -> Vec<Difference> {
    let hint = |part, advice| Difference { part, own: None, server: None, advice };
    let mut hints = Vec::new();
    for (part, value) in &server.parts {
        let advice = match part {
            Part::Header(name) => header(name, value),
            Part::Path if value.contains('%') => Some(PATH),
            _ => None,
        };
        hints.extend(advice.map(|advice| hint(part.clone(), advice)));
    }
    for (name, value) in parameters(server.query, server.query) {
        let value = value.unwrap_or_default();
        let value = match server.kind {
            Kind::Canonical => String::from_utf8_lossy(&unescaped(value)).into_owned(),
            _ => value.to_owned(),
        };
        hints.extend(parameter(&value).map(|advice| hint(Part::Query(name.to_owned()), advice)));
    }
    hints
}

fn header(name: &str, value: &str) -> Option<&'static str> {
    match (name, value) {
        ("accept", "*/*") | ("content-type", "application/x-www-form-urlencoded") => Some(LIBRARY),
        ("x-acs-security-token", _) => Some(TOKEN),
        _ => None,
    }
}

fn parameter(value: &str) -> Option<&'static str> {
    if value.is_empty() {
        Some(EMPTY)
    } else if unescaped(value) != value.as_bytes() {
        Some(TWICE)
    } else if value.contains(' ') {
        Some(SPACE)
    } else if value.contains('+') {
        Some(PLUS)
    } else if value.contains(['~', '*']) {
        Some(UNRESERVED)
    } else if value.is_ascii() {
        None
    } else {
        Some(UTF_8)
    }
}

const LIBRARY: &str = "an HTTP library may have set it after signing: set it before";
const TOKEN: &str = "it must be among what is signed, and belong to this very access key";
const PATH: &str = "it holds a percent sign: sign the path as it stands on the wire, encoded once";
const TWICE: &str = "it looks percent-encoded even once decoded: encode it once";
const SPACE: &str = "it holds a space: ROA signs the space itself and ACS3 %20, neither of them a plus sign";
const PLUS: &str = "it holds a plus sign: if a space was meant, the client encoded it as +; a space is %20";
const UNRESERVED: &str = "it holds ~ or *: ROA signs them as they are, ACS3 signs ~ and %2A";
const UTF_8: &str = "it holds letters beyond ASCII: they are signed as UTF-8";
