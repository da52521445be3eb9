//! A value of any shape.

use std::collections::BTreeMap;

use crate::fields::{Open, Scalar, Slot, View};

/// A value whose shape the service doesn't promise: JSON's data model.
///
/// ```
/// use sae_transport::Any;
///
/// let value = Any::from("weight");
/// assert_eq!(value.as_str(), Some("weight"));
/// assert_eq!(value.to_json(), r#""weight""#);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "JSON's data model gains no member")]
pub enum Any {
    /// `null`, or nothing.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Any>),
    /// An object.
    Object(BTreeMap<String, Any>),
}

impl Any {
    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value as JSON.
    pub fn to_json(&self) -> String {
        crate::encode_json::slot_to_string(self)
    }
}

impl From<&str> for Any {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Any {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Any {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Any {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Any {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl Slot for Any {
    fn is_scalar() -> bool {
        false
    }

    fn put(&mut self, value: Scalar<'_>) -> bool {
        *self = match value {
            Scalar::Bool(value) => Self::Bool(value),
            Scalar::Int(value) => Self::Int(value),
            Scalar::Float(value) => Self::Float(value),
            Scalar::Text(text) => Self::Text(text.to_owned()),
        };
        true
    }

    fn open(&mut self) -> Open<'_> {
        Open::Any(self)
    }

    fn view(&self) -> View<'_> {
        match self {
            Self::Null => View::Null,
            Self::Bool(value) => View::Scalar(Scalar::Bool(*value)),
            Self::Int(value) => View::Scalar(Scalar::Int(*value)),
            Self::Float(value) => View::Scalar(Scalar::Float(*value)),
            Self::Text(text) => View::Scalar(Scalar::Text(text)),
            Self::List(items) => View::List(items),
            Self::Object(members) => View::Map(members),
        }
    }
}

impl serde::Serialize for Any {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::serde_bridge::serialize(self, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Any {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::serde_bridge::deserialize(deserializer, None)
    }
}
