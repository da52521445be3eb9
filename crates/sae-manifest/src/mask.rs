//! Masks secrets where a value is shown, and removes defaults where it is written.

use sae::transport::text::redact_url;

use crate::keys::PACKAGE;
use crate::shape::{Field, Shape};
use crate::value::Value;

/// Which environment variables are shown.
#[derive(Clone, Copy)]
pub enum Variables {
    /// None: any of them may be secret.
    Hidden,
    /// Those in a manifest that are neither marked as secret nor named like one.
    Plain,
}

impl Value {
    /// Removes empty values and defaults, which mean the same as a missing key.
    pub fn pruned(&self, shape: &Shape, key: &str) -> Option<Self> {
        let (value, defaults) = (self, DEFAULTS.iter().filter(|(known, _)| *known == key));
        let is_default = |text: &str| defaults.clone().any(|(_, default)| default.eq_ignore_ascii_case(text));
        match (value, shape.plain()) {
            (Self::Bool(false) | Self::Int(0), _) => None,
            (Self::Int(number), _) if is_default(&number.to_string()) => None,
            (Self::Text(text), _) if text.is_empty() || is_default(text) => None,
            (Self::List(items), Shape::List(item)) => {
                let each = |value: &Self| value.pruned(item, "").unwrap_or_else(|| value.clone());
                Some(Self::List(items.iter().map(each).collect())).filter(|_| !items.is_empty())
            }
            (Self::Table(_), Shape::Table(fields)) => {
                let kept = fields.iter().filter_map(|field| {
                    let value = value.get(&field.key)?.pruned(&field.shape, &field.key)?;
                    Some((field.key.clone(), value))
                });
                Some(Self::Table(kept.collect())).filter(|table| !table.members().is_empty())
            }
            // The names are chosen in the manifest, so an empty text is a value.
            (Self::Table(members), _) if members.is_empty() => None,
            (value, _) => Some(value.clone()),
        }
    }

    /// Replaces secrets by the placeholder and redacts credentials in URLs.
    pub fn hidden(&self, shape: &Shape, key: &str, secret: bool, variables: Variables) -> Self {
        match (self, shape.plain()) {
            (Self::Text(url), _) if key == PACKAGE => Self::Text(redact_url(url)),
            (Self::Table(members), Shape::Env) => {
                let member = |(name, value): &(String, Self)| {
                    let value = match (variables, value) {
                        (Variables::Hidden, Self::Text(_)) => Self::Unchanged,
                        (_, value) => value.as_variable(name),
                    };
                    (name.clone(), value)
                };
                Self::Table(members.iter().map(member).collect())
            }
            (Self::Table(members), Shape::Table(fields)) if !secret => {
                let member = |(key, value): &(String, Self)| {
                    let field = fields.iter().find(|field| field.key == *key);
                    let hidden = |field: &Field| value.hidden(&field.shape, key, field.secret, variables);
                    (key.clone(), field.map_or(Self::Unchanged, hidden))
                };
                Self::Table(members.iter().map(member).collect())
            }
            (Self::List(items), Shape::List(item)) if !secret => {
                Self::List(items.iter().map(|value| value.hidden(item, "", false, variables)).collect())
            }
            _ if secret => Self::Unchanged,
            (value, _) => value.clone(),
        }
    }

    /// Masks an environment variable that is marked as secret or named like one, and redacts credentials in URLs.
    pub fn as_variable(&self, name: &str) -> Self {
        match self {
            Self::Secret(_) => Self::Unchanged,
            Self::Text(_) if is_secret_name(name) => Self::Unchanged,
            Self::Text(text) if text.contains("://") => Self::Text(redact_url(text)),
            value => value.clone(),
        }
    }
}

/// Defaults of the service and of Kubernetes.
const DEFAULTS: &[(&str, &str)] = &[
    ("app_source", "micro_service"),
    ("failure_threshold", "3"),
    ("log_type", "file_log"),
    ("new_sae_version", "std"),
    ("period_seconds", "10"),
    ("programming_language", "java"),
    ("protocol", "TCP"),
    ("resource_type", "application"),
    ("scheme", "HTTP"),
    ("success_threshold", "1"),
    ("termination_grace_period_seconds", "30"),
    ("timeout_seconds", "1"),
    ("timezone", "Asia/Shanghai"),
];

/// Whether the name of a variable suggests a secret.
fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

const SECRET_WORDS: &[&str] =
    &["AUTH", "CREDENTIAL", "KEY", "PASSPHRASE", "PASSWD", "PASSWORD", "PRIVATE", "PWD", "SECRET", "TOKEN"];
