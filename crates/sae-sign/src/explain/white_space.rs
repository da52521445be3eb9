//! White space that only one of two texts has: at their ends, and in their line breaks.

use std::borrow::Cow;

use super::explanation::{Difference, Part};

/// The two texts without the white space at their ends and with the same line breaks, and where they differed in that.
pub(super) fn apart<'a>(own: &'a str, server: &'a str) -> (Cow<'a, str>, &'a str, Vec<Difference>) {
    let (own_start, own, own_end) = parts(own);
    let (server_start, server, server_end) = parts(server);
    let is_turned = has_windows_lines(own) && !has_windows_lines(server);
    let turned = if is_turned { ["\r\n", "\n"] } else { [""; 2] };
    let differences = [
        (Part::Beginning, [own_start, server_start]),
        (Part::LineBreaks, turned),
        (Part::End, [own_end, server_end]),
    ]
    .into_iter()
    .filter(|(_, [own, server])| own != server)
    .map(|(part, [own, server])| Difference {
        part,
        own: Some(own.to_owned()).filter(|own| !own.is_empty()),
        server: Some(server.to_owned()).filter(|server| !server.is_empty()),
        advice: if own.is_empty() { ARRIVED } else { SIGNED },
    })
    .collect();
    let own = if is_turned { Cow::Owned(own.replace("\r\n", "\n")) } else { Cow::Borrowed(own) };
    (own, server, differences)
}

/// The text without white space at its ends, its lines joined by `\n`.
pub(super) fn core(text: &str) -> Cow<'_, str> {
    let (_, core, _) = parts(text);
    if has_windows_lines(core) { Cow::Owned(core.replace("\r\n", "\n")) } else { Cow::Borrowed(core) }
}

/// Whether every line ends as on Windows. A text with other line breaks besides has these in a value.
pub(super) fn has_windows_lines(text: &str) -> bool {
    let count = text.matches("\r\n").count();
    count > 0 && count == text.matches('\n').count()
}

/// Whether this is white space, or the mark with which some editors begin a file.
pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}'
}

/// White space, the text, white space.
fn parts(text: &str) -> (&str, &str, &str) {
    let rest = text.trim_start_matches(is_blank);
    let core = rest.trim_end_matches(is_blank);
    let (start, _) = text.split_at_checked(text.len() - rest.len()).unwrap_or_default();
    (start, core, rest.get(core.len()..).unwrap_or_default())
}

const SIGNED: &str = "sign without it, unless a file or copying added it";
const ARRIVED: &str = "the client's text lacks it: sign it too, unless a file or copying added it";
