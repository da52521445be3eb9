//! Recorded exchanges as text: one JSON object a line.

use sae_transport::{Any, Error, ErrorKind, decode_json};

use super::scrub::Members;

/// An exchange that was recorded.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) product: String,
    pub(super) operation: String,
    pub(super) parameters: Members,
    pub(super) outcome: Outcome,
}

/// What came of it.
#[derive(Clone)]
pub(super) enum Outcome {
    /// Status, headers and body; no body if it could not be read.
    Answer(u16, Members, Option<Any>),
    Failure(Failure),
}

/// Why there was no answer.
#[derive(Clone, Copy)]
pub(super) enum Failure {
    NotSent,
    Broken,
    TooLarge,
    Unanswered,
}

impl Failure {
    const ALL: [Self; 4] = [Self::NotSent, Self::Broken, Self::TooLarge, Self::Unanswered];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not sent",
            Self::Broken => "broken",
            Self::TooLarge => "too large",
            Self::Unanswered => "unanswered",
        }
    }
}

impl Entry {
    /// The exchange as a line, without its end.
    pub(super) fn to_line(&self) -> String {
        let text = |text: &str| Any::from(text).to_json();
        let object = |members: &Members| Any::Object(members.clone()).to_json();
        let mut line = format!(
            r#"{{"product":{},"operation":{},"parameters":{}"#,
            text(&self.product),
            text(&self.operation),
            object(&self.parameters)
        );
        match &self.outcome {
            Outcome::Failure(failure) => line.push_str(&format!(r#","failure":{}"#, text(failure.as_str()))),
            Outcome::Answer(status, headers, body) => {
                line.push_str(&format!(r#","status":{status},"headers":{}"#, object(headers)));
                if let Some(body) = body {
                    line.push_str(&format!(r#","body":{}"#, body.to_json()));
                }
            }
        }
        line.push('}');
        line
    }

    fn parse(line: &str) -> Result<Self, &'static str> {
        let mut document = Any::Null;
        decode_json::value(line, &mut document).map_err(|_| "is no JSON")?;
        let Any::Object(mut members) = document else { return Err("is no JSON object") };
        let mut text = |name: &str| match members.remove(name) {
            Some(Any::Text(text)) => Some(text),
            _ => None,
        };
        let product = text("product").ok_or("has no text \"product\"")?;
        let operation = text("operation").ok_or("has no text \"operation\"")?;
        let failure = text("failure");
        let Some(Any::Object(parameters)) = members.remove("parameters") else {
            return Err("has no object \"parameters\"");
        };
        let outcome = if let Some(word) = failure {
            let known = Failure::ALL.into_iter().find(|failure| failure.as_str() == word);
            Outcome::Failure(known.ok_or("has an unknown \"failure\"")?)
        } else {
            let status = match members.remove("status") {
                Some(Any::Int(status)) => u16::try_from(status).ok(),
                _ => None,
            };
            let headers = match members.remove("headers") {
                Some(Any::Object(headers)) => headers,
                None => Members::new(),
                Some(_) => return Err("has \"headers\" that are no object"),
            };
            let status = status.ok_or("has neither a \"failure\" nor a \"status\" between 0 and 65535")?;
            Outcome::Answer(status, headers, members.remove("body"))
        };
        Ok(Self { product, operation, parameters, outcome })
    }
}

/// Reads what [`Entry::to_line`] wrote, or a person. Empty lines are passed over.
pub(super) fn read(text: &str) -> Result<Vec<Entry>, Error> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let entries = lines.map(|(at, line)| {
        Entry::parse(line)
            .map_err(|why| Error::new(ErrorKind::Config, format!("line {} of the cassette {why}", at + 1)))
    });
    entries.collect()
}
