//! `sae sign explain`: the two texts side by side, and where they part.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use console::{measure_text_width, style};
use sae::transport::sign::explain::{self, Cause, explain};

use crate::commands::configure;
use crate::operations;
use crate::shown::{shown, shown_lines};

/// All that is to be said about a refused signature, without any secret.
pub fn report(own: &str, message: &str) -> String {
    let explanation = explain(own, message);
    let server = explain::server_text(message, own);
    let mut out = String::new();
    if matches!(explanation.cause, Cause::Secret | Cause::Request | Cause::Scheme | Cause::HashOnly) {
        let (own_text, server_text) = (blanked(own), blanked(&server));
        if explanation.cause == Cause::Secret {
            out.push_str(&numbered("Both signed", &own_text));
        } else {
            out.push_str(&numbered("The client signed", &own_text));
            out.push_str(&numbered("The server signed", &server_text));
            out.push_str(&first_difference(&own_text, &server_text));
        }
    }
    let _ = writeln!(out, "{}", shown_lines(&explanation.to_string()));
    if explanation.cause == Cause::Secret {
        for (variable, fault) in configure::faults_in_environment() {
            let _ = writeln!(out, "- {variable} {fault}");
        }
    }
    out
}

fn numbered(title: &str, text: &str) -> String {
    let mut out = format!("{title}:\n");
    for (number, line) in (1..).zip(text.split('\n')) {
        let _ = writeln!(out, "{number:>4} | {}", shown(line));
    }
    out.push('\n');
    out
}

/// The first line that differs, twice, with a mark under the place.
fn first_difference(own: &str, server: &str) -> String {
    let (mut own_lines, mut server_lines) = (own.split('\n'), server.split('\n'));
    for number in 1.. {
        let (own, server) = match (own_lines.next(), server_lines.next()) {
            (None, None) => break,
            (Some(own), Some(server)) if own == server => continue,
            (own, server) => (own.unwrap_or_default(), server.unwrap_or_default()),
        };
        let same = own.chars().zip(server.chars()).take_while(|(own, server)| own == server);
        let same: String = same.map(|(c, _)| c).collect();
        // In a long line, what stands shortly before the place is enough.
        let cut = same.chars().count().saturating_sub(BEFORE);
        let window = |line: &str| {
            let rest: String = line.chars().skip(cut).collect();
            format!("{}{}", if cut > 0 { "…" } else { "" }, shown(&rest))
        };
        let gap = measure_text_width(&window(&same));
        return format!(
            "First difference, in line {number}:\n  client  {}\n  server  {}\n          {:gap$}{}\n\n",
            window(own),
            window(server),
            "",
            style("^").red(),
        );
    }
    String::from("The first difference is in a value that is not shown, because it may be secret.\n\n")
}

/// The text with each value blanked that isn't known to be harmless.
fn blanked(text: &str) -> String {
    let is_canonical = text.split('\n').nth(1).is_some_and(|line| line.starts_with('/'));
    let mut out = Vec::new();
    let mut rest = text;
    for number in 1.. {
        // ROA signs values as they are: from the path on, a line break may belong to one.
        let is_path = !is_canonical && number > 5 && rest.starts_with('/');
        let (line, tail) = match rest.split_once('\n') {
            Some((line, tail)) if !is_path => (line, Some(tail)),
            _ => (rest, None),
        };
        out.push(match line.split_once('?') {
            Some((path, query)) if is_path => format!("{path}?{}", blanked_query(query)),
            _ if is_canonical && number == 3 => blanked_query(line),
            _ => blanked_header(line),
        });
        match tail {
            Some(tail) => rest = tail,
            None => break,
        }
    }
    out.join("\n")
}

fn blanked_header(line: &str) -> String {
    match line.split_once(':') {
        Some((name, _)) if is_header_name(name) && !explain::is_harmless(&name.to_ascii_lowercase()) => {
            format!("{name}:{BLANK}")
        }
        _ => line.to_owned(),
    }
}

/// A date has a colon, too, but is no name.
fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A value is shown if all operations that have its parameter say that it is no secret. What follows a secret up to the next name of a
/// parameter may belong to it.
fn blanked_query(query: &str) -> String {
    let known = known_parameters();
    let mut out = Vec::new();
    let mut is_hidden = false;
    for piece in query.split('&') {
        let (name, value) = piece.split_once('=').map_or((piece, None), |(name, value)| (name, Some(value)));
        match known.get(name.split('.').next().unwrap_or(name)) {
            Some(is_secret) => {
                is_hidden = *is_secret;
                out.push(match value {
                    Some(_) if is_hidden => format!("{name}={BLANK}"),
                    _ => piece.to_owned(),
                });
            }
            None if is_hidden => {}
            None if value.is_some() && is_header_name(name) => out.push(format!("{name}={BLANK}")),
            None => out.push(BLANK.to_owned()),
        }
    }
    out.join("&")
}

/// The names of all parameters, and whether they may be secret.
fn known_parameters() -> BTreeMap<&'static str, bool> {
    let mut known = BTreeMap::new();
    for parameter in operations::all().flat_map(|description| description.parameters) {
        *known.entry(parameter.name).or_default() |= parameter.sensitive;
    }
    known
}

const BLANK: &str = "(hidden)";
/// How many letters before the difference are shown.
const BEFORE: usize = 40;
