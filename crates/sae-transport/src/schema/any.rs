//! A value of any shape.

use std::collections::BTreeMap;

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
