//! Values as texts in tables and lines.

use sae::Any;

/// A value as a text.
pub fn cell(value: &Any) -> String {
    match value {
        Any::Text(text) => text.clone(),
        Any::Null => String::new(),
        other => other.to_json(),
    }
}
