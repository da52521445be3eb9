//! An answer that has been read.

use std::fmt;
use std::ops::Deref;

use crate::schema::fields::{Fields, Visitor};
use crate::{Answer, Envelope, Error, HasData, Note, UnknownMembers};

/// An answer that has been read: the envelope, what the operation adds to it, and the bytes that it came from.
///
/// Behaves like the output itself: `reply.data`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reply<T> {
    /// What the operation adds to the envelope.
    pub output: T,
    /// The common fields.
    pub envelope: Envelope,
    /// The answer as it came.
    pub answer: Answer,
}

impl<T> Reply<T> {
    /// Puts together what was read from an answer.
    pub fn new(output: T, envelope: Envelope, answer: Answer) -> Self {
        Self { output, envelope, answer }
    }

    /// Identifier of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.envelope.request_id.as_deref()
    }
}

impl<T: Fields + Default> Reply<T> {
    /// Values that fitted no reading of their field, which stayed empty, members that this version doesn't know, and values of members
    /// that came more than once. At most a thousand are noted; all are kept, see [`UnknownMembers`].
    ///
    /// The notes are made when they are asked for, by reading the answer again: nearly every answer of today's service has members
    /// that nobody asks about. Of an operation that is chosen at run time they come from [`Answer::notes`].
    pub fn notes(&self) -> Vec<Note> {
        self.answer.notes(&mut T::default())
    }
}

impl<T: HasData> Reply<T> {
    /// The payload, or an error that names the request whose answer has none.
    pub fn data(&self) -> Result<&T::Data, Error> {
        self.output.data().ok_or_else(|| Error::no_data(&self.envelope, &self.answer))
    }

    /// The payload by itself, or an error that names the request whose answer has none.
    pub fn into_data(self) -> Result<T::Data, Error> {
        let Self { output, envelope, answer, .. } = self;
        output.into_data().ok_or_else(|| Error::no_data(&envelope, &answer))
    }
}

impl<T> Deref for Reply<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.output
    }
}

/// Envelope and output as one document with wire names, ready for an encoder.
impl<T: Fields> Reply<T> {
    /// The answer as indented JSON with wire names.
    pub fn to_json(&self) -> String {
        crate::wire::json::encode::to_string_pretty(&EnvelopedRef {
            envelope: &self.envelope,
            payload: &self.output,
        })
    }
}

/// The same, for any format of serde.
impl<T: Fields> serde::Serialize for Reply<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::wire::json::encode::serialize(
            &EnvelopedRef { envelope: &self.envelope, payload: &self.output },
            serializer,
        )
    }
}

/// An envelope and a payload to be written as one document.
pub struct EnvelopedRef<'a> {
    /// The envelope.
    pub envelope: &'a dyn Fields,
    /// What the operation adds.
    pub payload: &'a dyn Fields,
}

impl Fields for EnvelopedRef<'_> {
    fn slot(&mut self, _: &str) -> Option<&mut dyn crate::Slot> {
        None
    }

    fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        self.envelope.walk(visitor);
        self.payload.walk(visitor);
    }

    fn unknown_members(&self) -> Option<&UnknownMembers> {
        self.payload.unknown_members()
    }
}

impl fmt::Debug for EnvelopedRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::wire::redact::object("EnvelopedRef", self, f)
    }
}
