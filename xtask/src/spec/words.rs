//! The closed sets of words that a spec is written with, and what each word means.

use std::fmt;

use sae_transport::{BodyFormat, Effect, Method, Position, Retry, Style};

/// Meanings, each with the word that a spec has for it.
pub trait ClosedSet: Copy + Sized + 'static {
    /// All words, in the order in which messages list them.
    const WORDS: &'static [(&'static str, Self)];
}

impl ClosedSet for Method {
    const WORDS: &'static [(&'static str, Self)] =
        &[("GET", Self::Get), ("POST", Self::Post), ("PUT", Self::Put), ("DELETE", Self::Delete)];
}

impl ClosedSet for Effect {
    const WORDS: &'static [(&'static str, Self)] = &[("read", Self::Read), ("write", Self::Write)];
}

impl ClosedSet for BodyFormat {
    const WORDS: &'static [(&'static str, Self)] =
        &[("form", Self::Form), ("json", Self::Json), ("raw", Self::Raw)];
}

impl ClosedSet for Position {
    const WORDS: &'static [(&'static str, Self)] =
        &[("query", Self::Query), ("path", Self::Path), ("body", Self::Body), ("header", Self::Header)];
}

impl ClosedSet for Style {
    const WORDS: &'static [(&'static str, Self)] = &[("json", Self::Json), ("flat", Self::Flat)];
}

impl ClosedSet for Retry {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("never", Self::Never),
        ("transient", Self::Transient),
        ("throttled", Self::Throttled),
        ("busy", Self::Busy),
    ];
}

/// How a structure in a field is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldStyle {
    /// One string of JSON.
    Json,
}

impl ClosedSet for FieldStyle {
    const WORDS: &'static [(&'static str, Self)] = &[("json", Self::Json)];
}

/// How a field of an answer says a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeForm {
    /// A number of milliseconds since 1970, which may stand in a text.
    Milliseconds,
    /// A number of seconds since 1970.
    Seconds,
    /// A text such as `2019-07-11 15:54:49` or `2019-07-11T07:54:49Z`.
    Text,
}

impl ClosedSet for TimeForm {
    const WORDS: &'static [(&'static str, Self)] =
        &[("milliseconds", Self::Milliseconds), ("seconds", Self::Seconds), ("text", Self::Text)];
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The document and today's API.
    Both,
    /// The document alone.
    Document,
    /// Today's API alone.
    Today,
}

impl ClosedSet for Origin {
    const WORDS: &'static [(&'static str, Self)] =
        &[("both", Self::Both), ("document", Self::Document), ("today", Self::Today)];
}

/// Where an error code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorOrigin {
    /// The document.
    Document,
    /// Today's API alone.
    Today,
    /// The gateway, before the service sees the call.
    Gateway,
}

impl ClosedSet for ErrorOrigin {
    const WORDS: &'static [(&'static str, Self)] =
        &[("document", Self::Document), ("today", Self::Today), ("gateway", Self::Gateway)];
}

/// What a permission allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// To create something.
    Create,
    /// To list what there is.
    List,
    /// To look at something.
    Get,
    /// To change something.
    Update,
    /// To delete something.
    Delete,
}

impl ClosedSet for Access {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("create", Self::Create),
        ("list", Self::List),
        ("get", Self::Get),
        ("update", Self::Update),
        ("delete", Self::Delete),
    ];
}

/// What the values of a set are, and the type in which an envelope has `Code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Base {
    /// Texts.
    String,
    /// Whole numbers.
    Integer,
}

impl ClosedSet for Base {
    const WORDS: &'static [(&'static str, Self)] = &[("string", Self::String), ("integer", Self::Integer)];
}

/// The type in which an envelope has `Success`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SuccessType {
    /// A boolean.
    Boolean,
    /// A text.
    String,
}

impl ClosedSet for SuccessType {
    const WORDS: &'static [(&'static str, Self)] = &[("boolean", Self::Boolean), ("string", Self::String)];
}

/// What leads from one page of a list to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageStyle {
    /// Pages are counted from 1.
    Number,
    /// Each page names the next one.
    Token,
}

impl ClosedSet for PageStyle {
    const WORDS: &'static [(&'static str, Self)] = &[("number", Self::Number), ("token", Self::Token)];
}

/// What a difference from the metadata is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum About {
    /// Only the metadata has it.
    New,
    /// Only the spec has it.
    Gone,
    /// Another HTTP method.
    Method,
    /// Another path.
    Path,
    /// Another type.
    Type,
    /// Another position.
    Position,
    /// Required here, optional there, or the reverse.
    Required,
    /// Deprecated here and not there, or the reverse.
    Deprecated,
    /// A value that isn't in the set.
    Values,
}

impl ClosedSet for About {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("new", Self::New),
        ("gone", Self::Gone),
        ("method", Self::Method),
        ("path", Self::Path),
        ("type", Self::Type),
        ("position", Self::Position),
        ("required", Self::Required),
        ("deprecated", Self::Deprecated),
        ("values", Self::Values),
    ];
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.iter().find(|(_, about)| about == self).map_or("", |(word, _)| word);
        f.write_str(word)
    }
}
