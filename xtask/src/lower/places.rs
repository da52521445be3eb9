//! Where parameters travel: the path and its placeholders, headers, the body.

use sae_transport::{BodyFormat, Position};

use super::path;
use super::rules::Site;
use crate::diagnostics::did_you_mean;
use crate::model::Parameter;
use crate::spec::document::{Operation, Text};

/// Checks that places and parameters of an operation belong together.
pub fn check(document: &Operation, body: BodyFormat, parameters: &[Parameter], site: &mut Site<'_>) {
    if let Some(path) = &document.path {
        check_path(path, true, parameters, site);
    }
    if let Some(other) = document.differs.as_ref().and_then(|differs| differs.as_ref().path.as_ref()) {
        check_path(other, false, parameters, site);
    }
    let whole = document.path.as_ref().map_or("", |path| path.as_ref());
    let placeholders = path::placeholders(whole);
    let is_path_right = path::mistakes(whole).is_empty();
    for (parameter, lowered) in document.parameters.iter().zip(parameters) {
        let (name, span) = (lowered.name.as_str(), parameter.name.span());
        match lowered.position {
            Position::Path
                if is_path_right && !placeholders.iter().any(|(_, placeholder)| *placeholder == name) =>
            {
                let text = format!("parameter {name}: the path \"{whole}\" has no placeholder {{{name}}}");
                site.report(&span, &text);
            }
            Position::Body if document.body.is_none() => {
                let text = format!(
                    "parameter {name}: in the body, but the operation has no key \"body\"; expected form, json or raw"
                );
                site.report(&span, &text);
            }
            Position::Header => {
                if let Some(text) = header_mistake(name) {
                    site.report(&span, &format!("parameter {name}: {text}"));
                }
            }
            _ => {}
        }
    }
    let in_body = parameters.iter().filter(|parameter| parameter.position == Position::Body).count();
    let body_span = document.body.as_ref().map_or(0..0, |body| body.span());
    match body {
        BodyFormat::Raw if in_body != 1 => {
            site.report(
                &body_span,
                &format!("body \"raw\" is one parameter with in = \"body\"; there are {in_body}"),
            );
        }
        BodyFormat::Form | BodyFormat::Json if in_body == 0 => {
            site.report(&body_span, "key \"body\" without a parameter with in = \"body\"");
        }
        _ => {}
    }
}

/// Checks a path. The placeholders of today's are parameters in the path; the document's may name any parameter.
fn check_path(path: &Text, is_todays: bool, parameters: &[Parameter], site: &mut Site<'_>) {
    let mistakes = path::mistakes(path.as_ref());
    for (part, text) in &mistakes {
        site.report_within(path, part.clone(), text);
    }
    if !mistakes.is_empty() {
        return;
    }
    for (part, name) in path::placeholders(path.as_ref()) {
        if !parameters.iter().any(|it| it.name == name && (!is_todays || it.position == Position::Path)) {
            let near = did_you_mean(name, parameters.iter().map(|parameter| parameter.name.as_str()));
            let place = if is_todays { " with in = \"path\"" } else { "" };
            let text = format!(
                "the path has a placeholder {{{name}}}; expected a parameter of that name{place}{near}"
            );
            site.report_within(path, part, &text);
        }
    }
}

/// What is wrong with the name of a header that an operation asks for.
fn header_mistake(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("the name is empty".to_owned());
    }
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if let Some(c) = name.chars().find(|c| !is_token(*c)) {
        return Some(format!("{c:?} can't stand in the name of a header"));
    }
    let lower = name.to_ascii_lowercase();
    let is_owned =
        OWNED.contains(&lower.as_str()) || OWNED_STARTS.iter().any(|start| lower.starts_with(start));
    is_owned.then(|| "this header is set by the client, the signature or the connection".to_owned())
}

/// Headers that no operation has: what the client, the signature or HTTP itself says with them.
const OWNED: [&str; 13] = [
    "accept",
    "authorization",
    "connection",
    "cookie",
    "date",
    "expect",
    "host",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

const OWNED_STARTS: [&str; 4] = ["accept-", "content-", "proxy-", "x-acs-"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_others_and_no_headers_are_refused() {
        for name in [
            "Authorization",
            "HOST",
            "date",
            "Content-MD5",
            "content-type",
            "Accept",
            "x-acs-version",
            "X-Acs-Foo",
            "User-Agent",
            "Transfer-Encoding",
            "Proxy-Authorization",
            "",
            "a b",
            "a:b",
            "a\nb",
            "杭",
        ] {
            assert!(header_mistake(name).is_some(), "{name}");
        }
        for name in ["X-Trace-Id", "If-Match", "x-fc-version", "Dates"] {
            assert_eq!(header_mistake(name), None, "{name}");
        }
    }
}
