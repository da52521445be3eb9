//! One TOML file, from text to types.

use serde::de::DeserializeOwned;

use crate::diagnostics::{Problems, Source, did_you_mean};

/// A file with what it says.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parsed<T> {
    /// The file.
    pub source: Source,
    /// What it says.
    pub document: T,
}

/// A file is wrong, and that has been reported.
#[derive(Clone, Copy, Debug)]
pub struct Reported;

impl<T: DeserializeOwned> Parsed<T> {
    /// Understands a text.
    pub fn parse(source: Source, problems: &mut Problems) -> Result<Self, Reported> {
        match toml::from_str(&source.text) {
            Ok(document) => Ok(Self { source, document }),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                problems.at(&source, &span, explain(&source, &span, error.message()));
                Err(Reported)
            }
        }
    }
}

/// serde's and toml's message, in the words of a spec.
fn explain(source: &Source, span: &std::ops::Range<usize>, message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    if let Some((word, known)) = message.strip_prefix("unknown field ").and_then(|rest| rest.split_once(", "))
    {
        let word = word.trim_matches('`');
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        return format!("unknown key {word:?}; expected {}{}", known.join(", "), did_you_mean(word, known));
    }
    let line = source.line_text(span);
    match message.strip_prefix("missing field ") {
        Some(field) if line.starts_with('[') => {
            format!("missing key {}, in: {line}", field.replace('`', "\""))
        }
        Some(field) => format!("missing key {}", field.replace('`', "\"")),
        None if line.is_empty() => message.to_owned(),
        None => format!("{message}, in: {line}"),
    }
}
