//! Reading the members of JSON objects strictly: members that nobody reads are an error.

use std::time::Duration;

use serde_json::{Map, Value};

use super::duration;
use super::error::ControlError;
use crate::domain::Millis;
use crate::domain::time::millis;
use crate::protocol::json;

/// The members of a JSON object that haven't been read yet.
pub struct Members {
    members: Map<String, Value>,
    known: Vec<&'static str>,
}

impl Members {
    /// Reads a document. An empty one counts as an empty object.
    pub fn parse(text: &[u8]) -> Result<Self, ControlError> {
        if text.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::of(Map::new()));
        }
        match json::parse(text) {
            Ok(Value::Object(members)) => Ok(Self::of(members)),
            Ok(_) => Err(ControlError::invalid("the body must be a JSON object")),
            Err(error) => Err(ControlError::invalid(format!("the body is not JSON: {error}"))),
        }
    }

    /// The members of an object.
    pub const fn of(members: Map<String, Value>) -> Self {
        Self { members, known: Vec::new() }
    }

    /// Takes a member; none if it is missing or null.
    pub fn value(&mut self, name: &'static str) -> Option<Value> {
        self.known.push(name);
        self.members.remove(name).filter(|value| !value.is_null())
    }

    pub fn text(&mut self, name: &'static str) -> Result<Option<String>, ControlError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(ControlError::invalid(format!("{name} must be a string"))),
        }
    }

    pub fn required(&mut self, name: &'static str) -> Result<String, ControlError> {
        self.text(name)?.ok_or_else(|| ControlError::invalid(format!("{name} is missing")))
    }

    pub fn boolean(&mut self, name: &'static str) -> Result<Option<bool>, ControlError> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(ControlError::invalid(format!("{name} must be true or false"))),
        }
    }

    pub fn number(&mut self, name: &'static str) -> Result<Option<u64>, ControlError> {
        let misfit = || ControlError::invalid(format!("{name} must be a whole number, not below 0"));
        self.value(name).map(|value| value.as_u64().ok_or_else(misfit)).transpose()
    }

    pub fn fraction(&mut self, name: &'static str) -> Result<Option<f64>, ControlError> {
        let misfit = || ControlError::invalid(format!("{name} must be a number"));
        self.value(name).map(|value| value.as_f64().ok_or_else(misfit)).transpose()
    }

    pub fn time(&mut self, name: &'static str) -> Result<Option<Duration>, ControlError> {
        let misfit = || {
            ControlError::invalid(format!(
                "{name} must be a duration: milliseconds, or a string such as 1h30m or 250ms"
            ))
        };
        let read = |value: Value| match &value {
            Value::String(text) => duration::parse(text).ok_or_else(misfit),
            value => value.as_u64().map(Duration::from_millis).ok_or_else(misfit),
        };
        self.value(name).map(read).transpose()
    }

    /// Takes a duration in milliseconds that may be negative.
    pub fn offset(&mut self, name: &'static str) -> Result<Option<Millis>, ControlError> {
        let negative = match self.members.get(name) {
            Some(Value::String(text)) => text.trim().strip_prefix('-').map(|text| Value::from(text.trim())),
            Some(value) => {
                value.as_i64().filter(|value| *value < 0).map(|value| Value::from(value.unsigned_abs()))
            }
            None => None,
        };
        let sign = if negative.is_some() { -1 } else { 1 };
        if let Some(positive) = negative {
            self.members.insert(name.to_owned(), positive);
        }
        Ok(self.time(name)?.map(|time| sign * millis(time)))
    }

    /// Fails if a member hasn't been read.
    pub fn end(self) -> Result<(), ControlError> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => {
                Err(ControlError::invalid(format!("there is no member {name:?}")).possible(self.known))
            }
        }
    }
}
