//! serde's traits for generated types, both ways, in two lines each.

use std::fmt::Display;

use serde::de::Error as _;
use serde::{Deserializer, Serialize as _, Serializer};

use crate::fields::{Slot, View};
use crate::{Description, NoteKind, RequestParts, decode_json, encode_json};

/// Writes a value with its wire names.
pub fn serialize<T: Slot, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    encode_json::Value(value, encode_json::Empty::LeftOut).serialize(serializer)
}

/// Reads a value by its wire names, as tolerantly as an answer; unlike an answer, what fits no field is an error.
///
/// A request, which has a description, must be one that can be sent: unknown members and missing required parameters are errors, too.
pub fn deserialize<'de, T: Slot + Default, D: Deserializer<'de>>(
    deserializer: D,
    request: Option<&'static Description>,
) -> Result<T, D::Error> {
    let mut value = T::default();
    let notes = decode_json::fill_from(deserializer, &mut value)?;
    if let Some(note) = notes.iter().find(|note| note.kind == NoteKind::Misfit) {
        return Err(D::Error::custom(misfit(&note.path)));
    }
    if let Some(note) = notes.iter().find(|note| note.kind == NoteKind::Repeated) {
        return Err(D::Error::custom(format_args!("{} is given twice", note.path)));
    }
    if let (Some(description), View::Object(fields)) = (request, value.view()) {
        if let Some(note) = notes.first() {
            let message = format!("{} has no parameter {}", description.name, note.path);
            return Err(D::Error::custom(message));
        }
        RequestParts::of(description, fields).map_err(D::Error::custom)?;
    }
    Ok(value)
}

fn misfit(path: &str) -> impl Display {
    format!("the value of {} fits no reading of its type", if path.is_empty() { "this item" } else { path })
}
