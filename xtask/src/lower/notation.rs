//! The types of the spec: `string`, `[T]`, `{T}`, names.

use crate::model::{Scalar, Type};

/// A type as the spec writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notation {
    /// A scalar.
    Scalar(Scalar),
    /// Whatever the service sends.
    Any,
    /// A shape or a value set.
    Named(String),
    /// `[T]`
    List(Box<Notation>),
    /// `{T}`
    Map(Box<Notation>),
}

impl Notation {
    /// Reads the notation; `None` if brackets or names are malformed, or if lists and maps are nested deeper than anybody needs.
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_within(text, DEEPEST)
    }

    fn parse_within(text: &str, depth: usize) -> Option<Self> {
        let depth = depth.checked_sub(1)?;
        if let Some(inner) = between(text, '[', ']') {
            return Self::parse_within(inner, depth).map(|inner| Self::List(Box::new(inner)));
        }
        if let Some(inner) = between(text, '{', '}') {
            return Self::parse_within(inner, depth).map(|inner| Self::Map(Box::new(inner)));
        }
        if let Some((_, kind)) = SCALARS.iter().find(|(scalar, _)| *scalar == text) {
            return Some(Self::Scalar(*kind));
        }
        if text == ANY {
            return Some(Self::Any);
        }
        let word = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        word.then(|| Self::Named(text.to_owned()))
    }

    /// The name in it, if there is one.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::List(inner) | Self::Map(inner) => inner.name(),
            Self::Scalar(_) | Self::Any => None,
        }
    }

    /// Whether a value of it stands where its owner stands, not behind a list or map.
    pub fn is_inline(&self) -> bool {
        !matches!(self, Self::List(_) | Self::Map(_))
    }

    /// The type of a value.
    pub fn value_type(&self) -> Type {
        match self {
            Self::Scalar(kind) => Type::Scalar(*kind),
            Self::Any => Type::Any,
            Self::Named(name) => Type::Named(name.clone()),
            Self::List(inner) => Type::List(Box::new(inner.value_type())),
            Self::Map(inner) => Type::Map(Box::new(inner.value_type())),
        }
    }
}

/// Names of scalars and what their values are.
pub const SCALARS: [(&str, Scalar); 6] = [
    ("string", Scalar::String),
    ("integer", Scalar::Integer),
    ("long", Scalar::Integer),
    ("float", Scalar::Float),
    ("double", Scalar::Float),
    ("boolean", Scalar::Boolean),
];

/// The name of whatever the service sends.
pub const ANY: &str = "any";

/// How deep lists and maps may be nested.
const DEEPEST: usize = 16;

fn between(text: &str, open: char, close: char) -> Option<&str> {
    text.strip_prefix(open)?.strip_suffix(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notations_are_read() {
        let list = |inner| Notation::List(Box::new(inner));
        let deep = format!("{}string{}", "[".repeat(100_000), "]".repeat(100_000));
        let map = |inner| Notation::Map(Box::new(inner));
        for (text, expected) in [
            ("string", Some(Notation::Scalar(Scalar::String))),
            ("long", Some(Notation::Scalar(Scalar::Integer))),
            ("any", Some(Notation::Any)),
            ("[[Listener]]", Some(list(list(Notation::Named("Listener".to_owned()))))),
            ("{[string]}", Some(map(list(Notation::Scalar(Scalar::String))))),
            ("[string", None),
            ("[]", None),
            ("Vec<string>", None),
            (" string", None),
            ("[ string ]", None),
            (&deep, None),
        ] {
            assert_eq!(Notation::parse(text), expected, "{text}");
        }
    }
}
