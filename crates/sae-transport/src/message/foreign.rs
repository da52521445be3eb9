//! Texts that are no answer of the service: a portal, a proxy, or another program has answered in its place.

use crate::message::envelope::Silence;
use crate::message::server_text::shown;

/// What a text is that can't be an answer, whatever the operation. Only of what is neither JSON nor XML a part is shown: an answer of
/// the service may hold secrets.
pub(crate) fn text(text: &str) -> Option<String> {
    let is_html = ["<!doctype html", "<html"]
        .iter()
        .any(|tag| text.get(..tag.len()).is_some_and(|start| start.eq_ignore_ascii_case(tag)));
    match text.chars().next() {
        None => Some("it is empty".to_owned()),
        Some('<') if is_html => Some(format!("it is HTML, neither JSON nor XML: {}", start(text))),
        Some('<' | '{') => None,
        Some('[') => Some("it is a JSON list, where there must be an object".to_owned()),
        Some(_) if serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() => {
            Some("it is a JSON value, where there must be an object".to_owned())
        }
        Some(_) => Some(format!("it is neither JSON nor XML: {}", start(text))),
    }
}

/// What a document is that has been read and is none of the service.
pub(crate) fn document(text: &str) -> String {
    format!("it is {}, but has no member that such an answer of the service has", form(text))
}

/// What a document is that has been read and neither holds what the operation announces nor says that nothing came of it.
pub(crate) fn silent(text: &str, silence: Silence) -> String {
    let what = match silence {
        Silence::Whole => "nothing that the operation announces, and no Success, Code or Message",
        Silence::Message => {
            "nothing that the operation announces, no Success or Code, and a Message that doesn't say success"
        }
    };
    format!("it is {}, but has {what}", form(text))
}

fn form(text: &str) -> &'static str {
    if text.starts_with('<') { "XML" } else { "JSON" }
}

fn start(text: &str) -> String {
    shown(text, LONGEST_START)
}

/// In bytes: enough to tell who has answered.
const LONGEST_START: usize = 200;
