//! Names of hosts and the rules that make them: `sae.{region}.aliyuncs.com`.

use std::ops::Range;

use crate::diagnostics::did_you_mean;

/// What is wrong with a rule for an endpoint, with the part of the text.
pub fn rule_mistake(rule: &str) -> Option<(Range<usize>, String)> {
    let mut rest = 0;
    while let Some(open) = rule.get(rest..).and_then(|text| text.find('{')).map(|at| rest + at) {
        let tail = rule.get(open + 1..).unwrap_or_default();
        let Some(length) = tail.find('}') else {
            return Some((open..rule.len(), "a placeholder without an end; expected {region}".to_owned()));
        };
        let (name, end) = (tail.get(..length).unwrap_or_default(), open + length + 2);
        if name != REGION {
            let near = did_you_mean(name, [REGION]);
            return Some((open..end, format!("unknown placeholder {{{name}}}; expected {{region}}{near}")));
        }
        rest = end;
    }
    // As long as the placeholder, so that places stay.
    mistake(&rule.replace("{region}", "a-region"))
}

/// What is wrong with the name of a host, with the part of the text.
pub fn mistake(host: &str) -> Option<(Range<usize>, String)> {
    let mut start = 0;
    for label in host.split('.') {
        let place = start..start + label.len();
        start = place.end + 1;
        if let Some((at, c)) = label.char_indices().find(|(_, c)| !is_plain(*c)) {
            let at = place.start + at;
            let text =
                format!("{c:?} in the name of a host; expected small letters, digits, \"-\" and \".\"");
            return Some((at..at + c.len_utf8(), text));
        }
        if label.is_empty() || label.len() > LABEL || label.starts_with('-') || label.ends_with('-') {
            return Some((place, format!("\"{label}\" is no part of the name of a host")));
        }
    }
    (host.len() > NAME).then(|| (0..host.len(), format!("longer than {NAME} characters")))
}

/// Whether a word can stand in the name of a host.
pub fn is_label(word: &str) -> bool {
    !word.contains('.') && mistake(word).is_none()
}

fn is_plain(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

const REGION: &str = "region";

/// Limits of DNS.
const LABEL: usize = 63;
const NAME: usize = 253;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_found_where_they_are() {
        for (rule, expected) in [
            ("sae.{region}.aliyuncs.com", None),
            ("sae.aliyuncs.com", None),
            ("sae.{regon}.aliyuncs.com", Some(4..11)),
            ("sae.{region.aliyuncs.com", Some(4..24)),
            ("sae.region}.aliyuncs.com", Some(10..11)),
            ("sae.{region}.{zone}", Some(13..19)),
            ("https://sae.com", Some(5..6)),
            ("sae.com:443", Some(7..8)),
            ("sae.com/x", Some(7..8)),
            ("Sae.com", Some(0..1)),
            ("sae..com", Some(4..4)),
            ("sae.com.", Some(8..8)),
            ("-a.com", Some(0..2)),
            ("", Some(0..0)),
        ] {
            assert_eq!(rule_mistake(rule).map(|(place, _)| place), expected, "{rule}");
        }
    }
}
