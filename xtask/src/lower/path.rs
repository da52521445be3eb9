//! Paths of operations: `/pop/v1/{AppId}/start`.

use std::collections::BTreeSet;
use std::ops::Range;

/// What is wrong with a path, each with its part of the text.
pub fn mistakes(path: &str) -> Vec<(Range<usize>, String)> {
    let Some(rest) = path.strip_prefix('/') else {
        return vec![(0..path.len(), format!("the path \"{path}\" does not start with a slash"))];
    };
    let mut mistakes = Vec::new();
    let mut names = BTreeSet::new();
    let mut start = 1;
    for segment in rest.split('/') {
        let place = start..start + segment.len();
        let inside = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let text = match inside {
            _ if segment.is_empty() => Some("the path has an empty segment".to_owned()),
            _ if matches!(segment, "." | "..") => Some(format!("the path has a segment \"{segment}\"")),
            Some("") => Some("the path has a placeholder without a name".to_owned()),
            Some(name) if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') => {
                Some(format!("\"{segment}\" is no placeholder; expected {{Name}}, a whole segment"))
            }
            Some(name) if !names.insert(name) => {
                Some(format!("the path has the placeholder {{{name}}} twice"))
            }
            Some(_) => None,
            None if segment.contains(['{', '}']) => {
                Some(format!("\"{segment}\" is no placeholder; expected {{Name}}, a whole segment"))
            }
            None => segment.chars().find(|c| !is_plain(*c)).map(|c| {
                format!(
                    "the path has {c:?}; expected segments of letters, digits, \"-\", \".\", \"_\" and \"~\""
                )
            }),
        };
        start = place.end + 1;
        mistakes.extend(text.map(|text| (place, text)));
    }
    mistakes
}

/// The names between braces, with their places.
pub fn placeholders(path: &str) -> Vec<(Range<usize>, &str)> {
    let mut start = 0;
    let mut found = Vec::new();
    for segment in path.split('/') {
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            found.push((start..start + segment.len(), name));
        }
        start += segment.len() + 1;
    }
    found
}

/// The path without the names of its placeholders: equal for two that the same requests match.
pub fn pattern(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_found_where_they_are() {
        for (path, expected) in [
            ("/pop/v1/k8s_x/{AppId}", ""),
            ("", "0..0"),
            ("pop", "0..3"),
            ("/", "1..1"),
            ("/a//b", "3..3"),
            ("/a/", "3..3"),
            ("/a b?x=1", "1..8"),
            ("/x/{AppId", "3..9"),
            ("/x/AppId}", "3..9"),
            ("/x/{}", "3..5"),
            ("/x/{a/b}", "3..5 6..8"),
            ("/x/{{a}}", "3..8"),
            ("/x-{a}", "1..6"),
            ("/{a}/{a}", "5..8"),
            ("/a/../b", "3..5"),
            ("/杭", "1..4"),
            ("/a#b/c%20", "1..4 5..9"),
        ] {
            let found: Vec<String> = mistakes(path).iter().map(|(place, _)| format!("{place:?}")).collect();
            assert_eq!(found.join(" "), expected, "{path}");
        }
    }

    #[test]
    fn placeholders_count_by_position() {
        assert_eq!(placeholders("/a/{B}/c/{D}"), [(3..6, "B"), (9..12, "D")]);
        assert_eq!(pattern("/a/{B}/c"), pattern("/a/{X}/c"));
        assert_ne!(pattern("/a/{B}/c"), pattern("/a/b/c"));
    }
}
