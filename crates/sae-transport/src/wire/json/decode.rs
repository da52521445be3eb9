//! The decoder of JSON: what is plain in one step, all else by `serde_json`.

use serde::de;

use super::{plain, seed};
use crate::schema::fields::{Fields, Slot};
use crate::schema::memory::MemoryBudget;
use crate::wire::reading::{ObjectSlot, Reading};
use crate::{DecodeError, DynFields, Note};

/// Fills a struct from a JSON object. The notes tell which values fitted no reading of their field, and which members the struct
/// doesn't know. It keeps both if it is part of an answer.
///
/// A text is read twice if it can't be read the first time because of a number beyond 64 bits or beyond `f64`, a member that comes
/// twice, or a mistake; the struct is emptied in between.
///
/// Fails if the text is no JSON object, or if the struct would take more memory than 8 times the text's bytes and 1 MiB.
pub fn object(text: &str, fields: &mut dyn DynFields) -> Result<Vec<Note>, DecodeError> {
    object_within(text, fields, MemoryBudget::usual(text.len()))
}

/// The same with a limit of memory of one's own, in bytes.
pub fn object_within(text: &str, fields: &mut dyn DynFields, limit: usize) -> Result<Vec<Note>, DecodeError> {
    read(text, fields, || Reading::new(limit))
}

/// The same without notes.
#[cfg(feature = "client")]
pub(crate) fn fill_within(text: &str, fields: &mut dyn DynFields, limit: usize) -> Result<(), DecodeError> {
    read(text, fields, || Reading::without_notes(limit)).map(drop)
}

fn read(
    text: &str,
    fields: &mut dyn DynFields,
    begin: impl Fn() -> Reading,
) -> Result<Vec<Note>, DecodeError> {
    let mut reading = begin();
    if plain::read_object(text, fields, &mut reading).is_ok() {
        return Ok(reading.into_notes());
    }
    if let Some(over) = reading.budget.exceeded() {
        return Err(DecodeError::over(&over));
    }
    fields.clear();
    reading = begin();
    let read = read_object(text, fields, &mut reading);
    finished(read, reading)
}

fn read_object(text: &str, fields: &mut dyn Fields, reading: &mut Reading) -> serde_json::Result<()> {
    // In words of our own: serde's would quote the value, which may be a secret.
    if !text.trim_start().starts_with('{') {
        return Err(de::Error::custom("expected an object"));
    }
    seed::fill(text, &mut ObjectSlot(fields), reading).map(|_| ())
}

/// Fills a value from JSON, with notes and a limit as [`object`].
pub fn value(text: &str, slot: &mut dyn Slot) -> Result<Vec<Note>, DecodeError> {
    let mut reading = Reading::new(MemoryBudget::usual(text.len()));
    let read = seed::fill(text, slot, &mut reading).map(|_| ());
    finished(read, reading)
}

fn finished(read: serde_json::Result<()>, reading: Reading) -> Result<Vec<Note>, DecodeError> {
    match (read, reading.budget.exceeded()) {
        (Ok(()), _) => Ok(reading.into_notes()),
        (Err(_), Some(over)) => Err(DecodeError::over(&over)),
        (Err(error), None) => Err(DecodeError::new(error)),
    }
}
