//! A manifest as a text.

use serde::Serialize;

use super::Value;
use crate::failure::Failure;

/// The forms of a manifest.
#[derive(Clone, Copy)]
pub enum Form {
    Toml,
    Yaml,
    Json,
}

/// What there is.
#[derive(Serialize)]
pub struct Document {
    #[serde(rename = "namespace", skip_serializing_if = "Vec::is_empty")]
    pub namespaces: Vec<Value>,
    #[serde(rename = "application", skip_serializing_if = "Vec::is_empty")]
    pub applications: Vec<Value>,
}

impl Document {
    pub fn text(&self, form: Form) -> Result<String, Failure> {
        let failed =
            |error: &dyn std::fmt::Display| Failure::other(format!("no manifest can be written: {error}"));
        Ok(match form {
            Form::Toml => toml::to_string(self).map_err(|error| failed(&error))?,
            Form::Yaml => serde_saphyr::to_string(self).map_err(|error| failed(&error))?,
            Form::Json => serde_json::to_string_pretty(self).map_err(|error| failed(&error))? + "\n",
        })
    }
}
