//! Error codes.

use std::collections::BTreeMap;

use sae_transport::Retry;

use super::names;
use super::rules::{self, Site};
use super::text::{code, docs, escape, one_line, sentence};
use crate::diagnostics::Problems;
use crate::model::{ErrorCode, Errors};
use crate::spec::words::ErrorOrigin;
use crate::spec::{Parsed, Spanned, document};

/// Lowers an `errors.toml`.
pub fn lower(file: &Parsed<document::Errors>, problems: &mut Problems) -> Errors {
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    let mut spellings: BTreeMap<String, &str> = BTreeMap::new();
    let mut codes = Vec::new();
    if file.document.errors.is_empty() {
        problems.about(&file.source.path, "describes no error; every service has some");
    }
    for error in &file.document.errors {
        let wire = error.code.as_ref().as_str();
        let span = error.code.span();
        let mut site = Site::new(&file.source, format!("error {wire}"), problems);
        site.wire_name(&error.code);
        let at = error.name.as_ref().map_or(span.clone(), Spanned::span);
        let name = error.name.as_ref().map_or_else(|| names::constant(wire), |name| name.as_ref().clone());
        if !names::is_identifier(&name) || name != names::constant(&name) {
            site.report(&at, &format!("\"{name}\" is no Rust name in upper snake case; add a name that is"));
        }
        match names.insert(name.clone(), wire) {
            Some(other) if other == wire => site.report(&span, "described twice"),
            Some(other) => {
                site.report(&at, &format!("becomes the Rust name {name}, like {other}; add another name"));
            }
            None => {
                if let Some(other) = spellings.insert(wire.to_ascii_lowercase(), wire) {
                    site.report(&span, &rules::alike(other));
                }
            }
        }
        codes.push(error_code(error, name, &mut site));
    }
    Errors { source: file.source.path.clone(), codes }
}

fn error_code(error: &document::Error, name: String, site: &mut Site<'_>) -> ErrorCode {
    let span = error.code.span();
    site.described("advice", error.advice.as_ref(), &span);
    let status = u16::try_from(*error.status.as_ref()).unwrap_or_default();
    if !(100..=599).contains(&status) {
        site.report(&error.status.span(), "no HTTP status; expected a number from 100 to 599");
    }
    let from = error.from.as_ref().and_then(|from| site.pick("from", from)).unwrap_or(ErrorOrigin::Document);
    let retry = site.pick("retry", &error.retry).unwrap_or(Retry::Never);
    let message = one_line(error.message.as_ref());
    if message.is_empty() && from != ErrorOrigin::Gateway {
        site.report(&error.message.span(), "the message is empty; only a gateway code can be without one");
    }
    let advice = one_line(error.advice.as_ref().map_or("", |advice| advice.as_ref()));
    ErrorCode {
        name,
        docs: error_docs(error, &message, &advice, from),
        code: error.code.as_ref().clone(),
        status,
        message,
        retry,
        common: error.common,
        gateway: from == ErrorOrigin::Gateway,
        absent: error.absent,
        advice,
    }
}

fn error_docs(error: &document::Error, message: &str, advice: &str, from: ErrorOrigin) -> Vec<String> {
    let colon = if message.is_empty() { "" } else { ": " };
    let said = sentence(&format!("HTTP {}{colon}{}", error.status.as_ref(), escape(message)));
    let origin = match (from, error.common) {
        (ErrorOrigin::Gateway, _) => ". Answered by the gateway, before the service sees the call.",
        (_, true) => ". Any operation may answer it.",
        _ => "",
    };
    docs([said, sentence(&escape(advice)), format!("{}{origin}", code(error.code.as_ref()))], 4)
}
