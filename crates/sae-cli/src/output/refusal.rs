//! Explains a refused signature: both texts and their first difference.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use console::measure_text_width;
use sae::Error;
use sae::model::SERVICE;
use sae::transport::sign::explain::{self, Cause, explain, explain_server};
use sae::transport::sign::{Credentials, decode};
use sae::transport::text::{SECRET, escape_control, escape_control_lines, redact_urls};

use crate::failure::Failure;
use crate::input::variable;
use crate::operations;

/// Explains a refused signature from what both sides signed. Shows no secrets.
pub fn compared(own: &str, message: &str) -> String {
    let explanation = explain(own, message);
    let mut out = texts(explanation.cause, own, own, message);
    let _ = writeln!(out, "{}", escape_control_lines(&explanation.to_string()));
    if matches!(explanation.cause, Cause::Secret | Cause::WhiteSpace) {
        out.push_str(&faults_in_environment());
    }
    out
}

/// The same for a client's text from a file or pipe. The line break at its end is ignored, unless it may be the cause.
pub fn compared_file(own: &str, message: &str) -> String {
    let bare = own.strip_suffix('\n').unwrap_or(own);
    let bare = bare.strip_suffix('\r').unwrap_or(bare);
    let is_other = explain(own, message).cause == Cause::Request;
    compared(if is_other { bare } else { own }, message)
}

/// The same for a call of this program.
pub fn of_call(error: &Error) -> Option<String> {
    let (signed, answer) = (error.signed_text()?, error.answer()?);
    let server = explain::server_text(&String::from_utf8_lossy(&answer.body), "").into_owned();
    let own = signed.beside(&server);
    // If the hashes are equal, so are the canonical requests.
    let both = signed.canonical_request().unwrap_or(own);
    let mut out = texts(explain(own, &server).cause, own, both, &server);
    let _ = writeln!(out, "{}", escape_control_lines(error.explanation()?));
    Some(out)
}

/// Explains a refusal without the client's text, unless the message is a report of this program.
pub fn server_alone(message: &str) -> Result<String, Failure> {
    if let Some(both) = quoted(message, BOTH) {
        return Ok(compared(&both, &both));
    }
    if let (Some(client), Some(server)) = (quoted(message, CLIENT), quoted(message, SERVER)) {
        return Ok(compared(&client, &server));
    }
    let explanation = explain_server(message);
    let server = blanked(&explain::server_text(message, ""));
    let mut out = match explanation.cause {
        Cause::Unknown => numbered(SERVER, &server),
        Cause::HashOnly => {
            return Err(Failure::usage(
                "the message holds only the hash of the server's canonical request; give the canonical request of the client with --own",
            ));
        }
        _ => return another_refusal(message).ok_or_else(|| Failure::usage(explanation.to_string())),
    };
    let _ = writeln!(out, "{}", escape_control_lines(&explanation.to_string()));
    out.push_str(&faults_in_environment());
    if variable("ALIBABA_CLOUD_SECURITY_TOKEN").is_some() && !server.contains("\nx-acs-security-token:") {
        out.push_str(
            "- the environment has a security token, and the request came without x-acs-security-token\n",
        );
    }
    Ok(out)
}

/// The spec's advice for another refusal in the message, such as a wrong clock or a used nonce.
fn another_refusal(message: &str) -> Option<String> {
    let is_text = |code: &str| ["SignatureDoesNotMatch", "IncompleteSignature"].contains(&code);
    let known = SERVICE.errors.iter().filter(|info| info.gateway && !is_text(info.code));
    let known = known.filter(|info| message.contains(info.code));
    let info = known.max_by_key(|info| info.code.len())?;
    Some(format!("{} is no matter of the string-to-sign. {}\n", info.code, info.advice))
}

/// What each side signed and the first difference; or the common text.
fn texts(cause: Cause, own: &str, both: &str, message: &str) -> String {
    // Trimmed: an extra line would look like a part of the text.
    let core =
        |text: &str| text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').replace("\r\n", "\n");
    let server = || core(&explain::server_text(message, own));
    match cause {
        Cause::Secret => numbered(BOTH, &blanked(&core(both))),
        Cause::WhiteSpace => numbered(WHITE_SPACE, &blanked(&server())),
        Cause::Request | Cause::Scheme | Cause::HashOnly => {
            let (own, server) = (blanked(&core(own)), blanked(&server()));
            let texts = [numbered(CLIENT, &own), numbered(SERVER, &server)];
            texts.concat() + &first_difference(&own, &server)
        }
        _ => String::new(),
    }
}

/// Problems of the key in the environment, which may be the one that was refused.
fn faults_in_environment() -> String {
    let value = |name| variable(name).unwrap_or_default();
    let (id, secret) = (value("ALIBABA_CLOUD_ACCESS_KEY_ID"), value("ALIBABA_CLOUD_ACCESS_KEY_SECRET"));
    let token = value("ALIBABA_CLOUD_SECURITY_TOKEN");
    let credentials = Credentials::new(&id, &secret).with_token(token.as_str());
    let mut out = String::new();
    for fault in explain::key_faults(&credentials) {
        let _ = writeln!(out, "- in the environment, {fault}");
    }
    out
}

fn numbered(title: &str, text: &str) -> String {
    let mut out = format!("{title}:\n");
    for (number, line) in (1..).zip(text.split('\n')) {
        let _ = writeln!(out, "{number:>4} | {}", escape_control(line));
    }
    out.push('\n');
    out
}

/// Reads back a text from a report of this program.
fn quoted(report: &str, title: &str) -> Option<String> {
    let (_, rest) = report.split_once(&format!("{title}:\n"))?;
    let line = |(number, line): (usize, &'_ str)| {
        let (counted, text) = line.split_once(" |")?;
        let text = text.strip_prefix(' ').unwrap_or(text).to_owned();
        (counted.trim().parse() == Ok(number)).then_some(text)
    };
    let lines: Vec<_> = (1..).zip(rest.lines()).map_while(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The first different line of both sides, with a mark at the difference.
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
        // A long line is shown from shortly before the difference.
        let cut = same.chars().count().saturating_sub(BEFORE);
        let window = |line: &str| {
            let rest: String = line.chars().skip(cut).collect();
            format!("{}{}", if cut > 0 { "…" } else { "" }, escape_control(&rest))
        };
        let gap = measure_text_width(&window(&same));
        return format!(
            "First difference, in line {number}:\n  client  {}\n  server  {}\n          {:gap$}{}\n\n",
            window(own),
            window(server),
            "",
            "^",
        );
    }
    String::from("The first difference is in a value that is not shown, because it may be secret.\n\n")
}

/// Masks each value that isn't known to be harmless.
fn blanked(text: &str) -> String {
    let is_canonical = text.split('\n').nth(1).is_some_and(|line| line.starts_with('/'));
    let mut out = Vec::new();
    let mut rest = text;
    for number in 1.. {
        // ROA signs raw values: after the path, a line break may belong to a value.
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
            format!("{name}:{SECRET}")
        }
        _ => line.to_owned(),
    }
}

/// A date contains a colon, but isn't a header.
fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Masks query values unless every operation with that parameter declares it harmless. Text after a secret, up to the next known name,
/// may belong to it.
fn blanked_query(query: &str) -> String {
    if query.is_empty() {
        return String::new();
    }
    let known = known_parameters();
    let mut out = Vec::new();
    let mut is_hidden = false;
    for piece in query.split('&') {
        let (name, value) = piece.split_once('=').map_or((piece, None), |(name, value)| (name, Some(value)));
        match known.get(name.split('.').next().unwrap_or(name)) {
            Some(is_secret) => {
                is_hidden = *is_secret;
                out.push(match value {
                    Some(_) if is_hidden => format!("{name}={SECRET}"),
                    Some(value) => without_credentials(piece, name, value),
                    None => piece.to_owned(),
                });
            }
            None if is_hidden => {}
            None if value.is_some() && is_header_name(name) => out.push(format!("{name}={SECRET}")),
            None => out.push(SECRET.to_owned()),
        }
    }
    out.join("&")
}

/// Redacts credentials of a URL in the value, encoded or not.
fn without_credentials(pair: &str, name: &str, value: &str) -> String {
    let value = decode(value, false);
    match redact_urls(&value) {
        shown if shown == value => pair.to_owned(),
        shown => format!("{name}={shown}"),
    }
}

/// The names of all parameters, and whether they may be secret.
fn known_parameters() -> BTreeMap<&'static str, bool> {
    let mut known = BTreeMap::new();
    for parameter in operations::all().flat_map(|description| description.parameters) {
        *known.entry(parameter.name).or_default() |= parameter.sensitive;
    }
    known
}

const BOTH: &str = "Both signed";
const WHITE_SPACE: &str = "Both signed, white space apart";
const CLIENT: &str = "The client signed";
const SERVER: &str = "The server signed";
/// Number of characters shown before the difference.
const BEFORE: usize = 40;
