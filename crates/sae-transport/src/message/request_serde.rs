//! Requests from any format of serde.

use serde::Deserializer;
use serde::de::Error as _;

use crate::schema::fields::Fields;
use crate::wire::serde_bridge;
use crate::{Description, Note, Operation, RequestParts, Slot};

/// Reads a request, which must be one that can be sent: unknown members and missing required parameters are errors.
pub fn deserialize<'de, T: Operation + Slot + Default, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let (request, notes) = serde_bridge::with_notes::<T, D>(deserializer)?;
    check(T::DESCRIPTION, &request, &notes).map_err(D::Error::custom)?;
    Ok(request)
}

fn check(description: &'static Description, request: &dyn Fields, notes: &[Note]) -> Result<(), String> {
    if let Some(note) = notes.first() {
        return Err(format!("{} has no parameter {}", description.name, note.path));
    }
    RequestParts::of(description, request).map(|_| ()).map_err(|error| error.to_string())
}
