//! One TOML file, from bytes to types: every mistake in it is reported, and what is right stays.

use std::ops::Range;

use sae_transport::text::is_hidden;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

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

impl<T> Parsed<T> {
    /// What a file is taken for that isn't there, or that nothing is to be understood of. That it is so has been reported.
    pub fn in_place(source: Source, document: T, problems: &mut Problems) -> Self {
        problems.close(&source.path);
        Self { source, document }
    }
}

impl<T: DeserializeOwned> Parsed<T> {
    /// Understands a text. What is wrong is reported and left out, as far as there is something to leave it out of.
    pub fn parse(source: Source, problems: &mut Problems) -> Result<Self, Source> {
        let text = source.text.clone();
        let (read, errors) = DeTable::parse_recoverable(&text);
        for error in &errors {
            problems.at(&source, &error.span().unwrap_or_default(), error.message());
        }
        if errors.is_empty() {
            check_text(read.get_ref(), &source, problems);
        } else {
            problems.close(&source.path);
        }
        let mut rest = read.clone();
        loop {
            let error = match T::deserialize(Deserializer::from(rest.clone())) {
                Ok(document) => return Ok(Self { source, document }),
                Err(error) => error,
            };
            let span = error.span().unwrap_or_else(|| read.span());
            let mistake = Mistake::of(error.message());
            // A key whose value was of a wrong type was reported for that.
            if !mistake.missing.is_some_and(|key| has_key(read.get_ref(), &read.span(), &span, key)) {
                problems.at(&source, &span, mistake.text);
            }
            if !remove(rest.get_mut(), &span) {
                return Err(source);
            }
        }
    }
}

/// The text of a file. Bytes that aren't UTF-8 are reported, and stand there as U+FFFD.
pub fn decode(path: String, bytes: &[u8], problems: &mut Problems) -> Source {
    let source = Source::new(path, String::from_utf8_lossy(bytes).into_owned());
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        if let Some(byte) = chunk.invalid().first() {
            let replacement = char::REPLACEMENT_CHARACTER.len_utf8();
            problems.at(&source, &(at..at + replacement), format!("byte {byte:#04x} is not UTF-8"));
            at += replacement;
        }
    }
    source
}

/// serde's message, in the words of a spec.
struct Mistake<'m> {
    text: String,
    /// The key that isn't there.
    missing: Option<&'m str>,
}

impl<'m> Mistake<'m> {
    fn of(message: &'m str) -> Self {
        let message = message.lines().next().unwrap_or_default();
        let mut quoted = message.split('`').skip(1).step_by(2);
        let (first, others) = (quoted.next().unwrap_or_default(), quoted.collect::<Vec<_>>());
        if message.starts_with("unknown field ") {
            let near = did_you_mean(first, others.iter().copied());
            let text = format!("unknown key {first:?}; expected {}{near}", others.join(", "));
            return Self { text, missing: None };
        }
        if message.starts_with("missing field ") {
            return Self { text: format!("missing key \"{first}\""), missing: Some(first) };
        }
        Self { text: message.to_owned(), missing: None }
    }
}

/// Whether the table at a place has a key.
fn has_key(table: &DeTable<'_>, here: &Range<usize>, place: &Range<usize>, key: &str) -> bool {
    (here == place && table.contains_key(key))
        || table.values().any(|value| tables(value).any(|(span, inner)| has_key(inner, &span, place, key)))
}

fn tables<'t, 'i>(
    value: &'t Spanned<DeValue<'i>>,
) -> Box<dyn Iterator<Item = (Range<usize>, &'t DeTable<'i>)> + 't> {
    match value.get_ref() {
        DeValue::Table(table) => Box::new(std::iter::once((value.span(), table))),
        DeValue::Array(values) => Box::new(values.iter().flat_map(tables)),
        _ => Box::new(std::iter::empty()),
    }
}

/// Removes the innermost thing that stands at a place: a key with its value, or an element of a list.
fn remove(table: &mut DeTable<'_>, place: &Range<usize>) -> bool {
    if table.iter_mut().any(|(_, value)| remove_within(value.get_mut(), place)) {
        return true;
    }
    let found = table.iter().find(|(key, value)| key.span() == *place || value.span() == *place);
    let key = found.map(|(key, _)| key.get_ref().clone());
    key.is_some_and(|key| table.remove(key.as_ref()).is_some())
}

fn remove_within(value: &mut DeValue<'_>, place: &Range<usize>) -> bool {
    match value {
        DeValue::Table(table) => remove(table, place),
        DeValue::Array(values) => {
            if values.iter_mut().any(|value| remove_within(value.get_mut(), place)) {
                return true;
            }
            let before = values.len();
            *values = values.iter().filter(|value| value.span() != *place).cloned().collect();
            values.len() < before
        }
        _ => false,
    }
}

/// Reports characters that nobody sees: they would make two names that look the same, or a name that looks like another.
fn check_text(table: &DeTable<'_>, source: &Source, problems: &mut Problems) {
    for (at, hidden) in source.text.char_indices().filter(|(_, c)| is_unwanted(*c)) {
        problems.at(source, &(at..at + hidden.len_utf8()), told(hidden));
    }
    check_escapes(table, source, problems);
}

/// The same for those that are written as escapes.
fn check_escapes(table: &DeTable<'_>, source: &Source, problems: &mut Problems) {
    for (key, value) in table {
        check_string(key.get_ref(), &key.span(), source, problems);
        check_value(value, source, problems);
    }
}

fn check_value(value: &Spanned<DeValue<'_>>, source: &Source, problems: &mut Problems) {
    match value.get_ref() {
        DeValue::String(text) => check_string(text, &value.span(), source, problems),
        DeValue::Table(table) => check_escapes(table, source, problems),
        DeValue::Array(values) => values.iter().for_each(|value| check_value(value, source, problems)),
        _ => {}
    }
}

fn check_string(text: &str, span: &Range<usize>, source: &Source, problems: &mut Problems) {
    let is_escaped = |c: &char| !source.text.get(span.clone()).is_some_and(|raw| raw.contains(*c));
    if let Some(hidden) = text.chars().find(|c| is_unwanted(*c) && is_escaped(c)) {
        problems.at(source, span, told(hidden));
    }
}

fn is_unwanted(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\n' | '\t')
}

fn told(hidden: char) -> String {
    format!("character U+{:04X} can't be seen; remove it", u32::from(hidden))
}
