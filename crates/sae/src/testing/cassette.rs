//! Recordings as text: one JSON object per line.

use sae_transport::redact::Members;
use sae_transport::{Any, Error, ErrorKind, decode_json};

use super::digest::{self, Digests};

/// A recording.
#[derive(Default)]
pub(super) struct Cassette {
    pub(super) lines: Vec<Line>,
}

/// A line of a recording, except the first.
#[derive(Clone)]
pub(super) enum Line {
    Exchange(Entry),
    Token(Token),
    Wait(Wait),
}

/// A token that the client generated for a deployment of an application.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) application: String,
    pub(super) token: String,
}

/// A time that was over.
#[derive(Clone)]
pub(super) struct Wait {
    /// Its name, and what it belongs to.
    pub(super) name: String,
    /// How often it was asked for before and wasn't over.
    pub(super) looks: u32,
}

/// An exchange that was recorded.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) product: String,
    pub(super) operation: String,
    pub(super) parameters: Members,
    pub(super) mark: Option<Mark>,
    pub(super) outcome: Outcome,
}

/// What the client generated for the attempt.
#[derive(Clone)]
pub(super) struct Mark {
    /// Seconds since 1970, by the service's clock.
    pub(super) time: i64,
    pub(super) nonce: String,
}

/// The result of an exchange.
#[derive(Clone)]
pub(super) enum Outcome {
    /// Status, headers and body; no body if it couldn't be read.
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

impl Cassette {
    /// Reads a text of [`Cassette::to_text`], or one that a person wrote. Empty lines are skipped.
    ///
    /// A text that a person wrote needs no key: its secrets are the values themselves, so it has no digests.
    pub(super) fn read(text: &str) -> Result<(Self, Option<Digests>), Error> {
        let (mut cassette, mut digests) = (Self::default(), None);
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            cassette.read_line(line, text, &mut digests).map_err(|why| {
                Error::new(ErrorKind::Config, format!("line {number} of the cassette {why}"))
            })?;
        }
        Ok((cassette, digests))
    }

    fn read_line(
        &mut self,
        line: &str,
        text: &str,
        digests: &mut Option<Digests>,
    ) -> Result<(), &'static str> {
        let mut document = Any::Null;
        decode_json::value(line, &mut document).map_err(|_| "is no JSON")?;
        let Any::Object(mut members) = document else { return Err("is no JSON object") };
        if let Some(version) = members.remove("recording") {
            if version != Any::Int(VERSION) {
                return Err("says that it was recorded in a form that this version doesn't read");
            }
            if members.remove("digest") != Some(Any::from(digest::method())) {
                return Err("has a \"digest\" that this version doesn't compute: record it anew");
            }
            let key = text_of(&mut members, "key").ok_or("has no text \"key\"")?;
            *digests = Some(Digests::with_key(&key, text)?);
        } else if let Some(token) = text_of(&mut members, "token") {
            let application = text_of(&mut members, "application").ok_or("has no text \"application\"")?;
            self.lines.push(Line::Token(Token { application, token }));
        } else if let Some(name) = text_of(&mut members, "wait") {
            let looks = match members.remove("looks") {
                Some(Any::Int(looks)) => u32::try_from(looks).ok(),
                _ => None,
            };
            let looks = looks.ok_or("has no number of \"looks\"")?;
            self.lines.push(Line::Wait(Wait { name, looks }));
        } else {
            let entry = Entry::of(members)?;
            if digests.is_none() {
                entry.parameters.values().try_for_each(is_comparable)?;
            }
            self.lines.push(Line::Exchange(entry));
        }
        Ok(())
    }

    /// The recording as a file holds it.
    pub(super) fn to_text(&self, digests: &Digests) -> String {
        let mut text = format!(
            "{{\"recording\":{VERSION},\"digest\":{},\"key\":{}}}\n",
            quoted(&digest::method()),
            quoted(digests.key())
        );
        for line in &self.lines {
            match line {
                Line::Exchange(entry) => text.push_str(&entry.to_line()),
                Line::Token(Token { application, token }) => text.push_str(&format!(
                    r#"{{"token":{},"application":{}}}"#,
                    quoted(token),
                    quoted(application)
                )),
                Line::Wait(Wait { name, looks }) => {
                    text.push_str(&format!(r#"{{"wait":{},"looks":{looks}}}"#, quoted(name)));
                }
            }
            text.push('\n');
        }
        text
    }
}

/// Digests can't be compared without a key. Those of an earlier version didn't tell values apart.
fn is_comparable(value: &Any) -> Result<(), &'static str> {
    match value {
        Any::Text(text) if text.contains(OLD) => Err(
            "was recorded by a version that kept nothing of secrets, so it can't tell one request from another: record it anew",
        ),
        Any::Text(text) if digest::is_digest(text) => {
            Err("has a digest of a secret, but no line above it has the key")
        }
        Any::List(items) => items.iter().try_for_each(is_comparable),
        Any::Object(members) => members.values().try_for_each(is_comparable),
        _ => Ok(()),
    }
}

impl Entry {
    /// The exchange as a line, without the line break.
    fn to_line(&self) -> String {
        let object = |members: &Members| Any::Object(members.clone()).to_json();
        let mut line = format!(
            r#"{{"product":{},"operation":{},"parameters":{}"#,
            quoted(&self.product),
            quoted(&self.operation),
            object(&self.parameters)
        );
        if let Some(Mark { time, nonce }) = &self.mark {
            line.push_str(&format!(r#","time":{time},"nonce":{}"#, quoted(nonce)));
        }
        match &self.outcome {
            Outcome::Failure(failure) => {
                line.push_str(&format!(r#","failure":{}"#, quoted(failure.as_str())));
            }
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

    fn of(mut members: Members) -> Result<Self, &'static str> {
        let product = text_of(&mut members, "product").ok_or("has no text \"product\"")?;
        let operation = text_of(&mut members, "operation").ok_or("has no text \"operation\"")?;
        let failure = text_of(&mut members, "failure");
        let Some(Any::Object(parameters)) = members.remove("parameters") else {
            return Err("has no object \"parameters\"");
        };
        let mark = match (members.remove("time"), text_of(&mut members, "nonce")) {
            (Some(Any::Int(time)), Some(nonce)) => Some(Mark { time, nonce }),
            (None, None) => None,
            _ => return Err("has no \"time\" in seconds with a text \"nonce\""),
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
        Ok(Self { product, operation, parameters, mark, outcome })
    }
}

fn text_of(members: &mut Members, name: &str) -> Option<String> {
    match members.remove(name) {
        Some(Any::Text(text)) => Some(text),
        _ => None,
    }
}

fn quoted(text: &str) -> String {
    Any::from(text).to_json()
}

const VERSION: i64 = 2;
/// The placeholder of earlier versions, which had no digests.
const OLD: &str = "(secret)";
