//! serde's traits for generated types, both ways, in two lines each.

use std::fmt::Display;

use serde::de::Error as _;
use serde::{Deserializer, Serialize as _, Serializer};

use crate::schema::fields::Slot;
use crate::wire::json::seed;
use crate::{Any, Json, Note, NoteKind, encode_json};

/// Writes a value with its wire names.
pub fn serialize<T: Slot, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    encode_json::Value(value, encode_json::Empty::LeftOut).serialize(serializer)
}

/// Reads a value by its wire names, as tolerantly as an answer; unlike an answer, what fits no field is an error.
pub fn deserialize<'de, T: Slot + Default, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    with_notes(deserializer).map(|(value, _)| value)
}

/// The same, with notes on unknown members.
pub(crate) fn with_notes<'de, T: Slot + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<(T, Vec<Note>), D::Error> {
    let mut value = T::default();
    let notes = seed::fill_from(deserializer, &mut value)?;
    if let Some(note) = notes.iter().find(|note| note.kind == NoteKind::Misfit) {
        return Err(D::Error::custom(misfit(&note.path)));
    }
    if let Some(note) = notes.iter().find(|note| note.kind == NoteKind::Repeated) {
        return Err(D::Error::custom(format_args!("{} is given twice", note.path)));
    }
    Ok((value, notes))
}

fn misfit(path: &str) -> impl Display {
    format!("the value of {} fits no reading of its type", if path.is_empty() { "this item" } else { path })
}

impl serde::Serialize for Any {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

/// As it stands on the wire: a string of JSON, or the structure where the service sent that.
impl<T: Slot + Default> serde::Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, serializer)
    }
}

impl<'de, T: Slot + Default> serde::Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}
