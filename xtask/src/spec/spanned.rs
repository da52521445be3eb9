//! Values of a file with the place where they stand.

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Range};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::words::ClosedSet;
use crate::diagnostics::{did_you_mean, listed};

/// A value with its place.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(transparent)]
pub struct Spanned<T>(toml::Spanned<T>);

impl<T> Spanned<T> {
    /// A value that stands at this place.
    pub fn new(span: Range<usize>, value: T) -> Self {
        Self(toml::Spanned::new(span, value))
    }

    /// Its place: bytes of the file.
    pub fn span(&self) -> Range<usize> {
        self.0.span()
    }
}

impl<T> AsRef<T> for Spanned<T> {
    fn as_ref(&self) -> &T {
        self.0.get_ref()
    }
}

impl Borrow<str> for Spanned<String> {
    fn borrow(&self) -> &str {
        self.0.get_ref()
    }
}

impl<T: JsonSchema> JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// A text with its place.
pub type Text = Spanned<String>;

/// A text that should be a word of a closed set. Any text is kept, so that all wrong words of a file are reported together.
pub struct Word<S> {
    text: Text,
    set: PhantomData<S>,
}

impl<S: ClosedSet> Word<S> {
    /// What the word means; `None` if it is not one of the set.
    pub fn meaning(&self) -> Option<S> {
        let text = self.text.as_ref().as_str();
        S::WORDS.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning)
    }

    /// What to say about a word that isn't one of the set.
    pub fn mistake(&self, key: &str) -> String {
        let (text, words) = (self.as_ref(), || S::WORDS.iter().map(|(word, _)| *word));
        let (expected, near) = (listed(words(), "or"), did_you_mean(text, words()));
        format!("unknown {key} \"{text}\"; expected {expected}{near}")
    }
}

impl<S> Deref for Word<S> {
    type Target = Text;

    fn deref(&self) -> &Text {
        &self.text
    }
}

impl<S> fmt::Debug for Word<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<'de, S> Deserialize<'de> for Word<S> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: Text::deserialize(deserializer)?, set: PhantomData })
    }
}

impl<S: ClosedSet> JsonSchema for Word<S> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        std::any::type_name::<S>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<&str> = S::WORDS.iter().map(|(word, _)| *word).collect();
        json_schema!({ "type": "string", "enum": words })
    }
}
