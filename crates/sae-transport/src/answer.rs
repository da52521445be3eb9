//! An HTTP answer, and what is read from it.

use std::fmt;
use std::ops::Deref;

use crate::envelope::{Envelope, Enveloped};
use crate::fields::{Fields, Visitor};
use crate::memory::{MemoryBudget, OverBudget};
use crate::{Error, HasData, Headers, Note, UnknownMembers, decode_json, decode_xml, foreign};

/// An HTTP answer as it came. Whatever fails afterwards, it is kept.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: Headers,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Answer {
    /// An answer, as an exchange returns it.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { status, headers: headers.into_iter().collect(), body }
    }

    /// The value of a header; names are in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.value(name)
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Reads the body into an envelope and a payload.
    ///
    /// JSON or XML is told by the first character: gateways are not to be trusted with the `Content-Type` of an error.
    ///
    /// Fails if it is neither, if it is none of the service since it has nothing that the envelope or the payload knows, if with a
    /// status of success it has nothing of the payload and none of `Success`, `Code` and a `Message` that says success, or if what is read
    /// would take more memory than 8 times the body's bytes and 1 MiB: see [`Answer::read_within`]. Where an operation announces no
    /// payload, nothing need come, but a `Message` by itself must say success there, too.
    pub fn read(&self, envelope: &mut Envelope, payload: &mut dyn Fields) -> Result<Vec<Note>, Unreadable> {
        self.read_within(self.usual_memory(), envelope, payload)
    }

    /// How many bytes of memory may be taken by what is read from it, unless somebody says otherwise.
    pub(crate) const fn usual_memory(&self) -> usize {
        MemoryBudget::usual(self.body.len())
    }

    /// [`Answer::read`] with a limit of memory of one's own, in bytes.
    pub fn read_within(
        &self,
        limit: usize,
        envelope: &mut Envelope,
        payload: &mut dyn Fields,
    ) -> Result<Vec<Note>, Unreadable> {
        let text = std::str::from_utf8(&self.body).map_err(Unreadable::new)?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if let Some(what) = foreign::text(text) {
            return Err(Unreadable(Cause::Foreign(what)));
        }
        let mut document = Enveloped::new(envelope, payload);
        let notes = if text.starts_with('<') {
            decode_xml::object_within(text, &mut document, limit)
        } else {
            decode_json::object_within(text, &mut document, limit)
        }?;
        if document.is_foreign() {
            return Err(Unreadable(Cause::Foreign(foreign::document(text))));
        }
        // A refusal by a gateway may have no more than a status and the identifier of the request.
        if let Some(silence) = document.silence().filter(|_| self.is_success()) {
            return Err(Unreadable(Cause::Foreign(foreign::silent(text, silence))));
        }
        Ok(notes)
    }
}

/// The body may hold secrets: its length says enough.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// A text that is neither JSON nor XML, or not whole, or none of the service, or that would take too much memory.
#[derive(Debug)]
pub struct Unreadable(Cause);

#[derive(Debug)]
enum Cause {
    Malformed(Box<dyn std::error::Error + Send + Sync>),
    TooMuchMemory(usize),
    /// Somebody else's text: what it is.
    Foreign(String),
}

impl Unreadable {
    pub(crate) fn new(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Cause::Malformed(Box::new(cause)))
    }

    pub(crate) fn over(budget: &OverBudget) -> Self {
        Self(Cause::TooMuchMemory(budget.limit()))
    }

    /// If it would take too much memory once it is read: the limit in bytes.
    pub const fn memory_limit(&self) -> Option<usize> {
        match &self.0 {
            Cause::Malformed(_) | Cause::Foreign(_) => None,
            Cause::TooMuchMemory(limit) => Some(*limit),
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Malformed(_) => f.write_str("neither a JSON document nor an XML one of the expected form"),
            Cause::TooMuchMemory(limit) => {
                write!(f, "what is read from it would take more memory than the limit of {limit} bytes")
            }
            Cause::Foreign(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Cause::Malformed(cause) => Some(&**cause),
            Cause::TooMuchMemory(_) | Cause::Foreign(_) => None,
        }
    }
}

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
    /// Values that fitted no reading of their field, which stayed empty, and members that this version doesn't know. At most a
    /// thousand are noted; all are kept, see [`UnknownMembers`].
    pub notes: Vec<Note>,
    /// The answer as it came.
    pub answer: Answer,
}

impl<T> Reply<T> {
    /// Puts together what was read from an answer.
    pub fn new(output: T, envelope: Envelope, notes: Vec<Note>, answer: Answer) -> Self {
        Self { output, envelope, notes, answer }
    }

    /// Identifier of the request.
    pub fn request_id(&self) -> Option<&str> {
        self.envelope.request_id.as_deref()
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
        crate::encode_json::to_string_pretty(&Whole { envelope: &self.envelope, payload: &self.output })
    }
}

/// The same, for any format of serde.
impl<T: Fields> serde::Serialize for Reply<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::encode_json::serialize(&Whole { envelope: &self.envelope, payload: &self.output }, serializer)
    }
}

/// An envelope and a payload to be written as one document.
pub struct Whole<'a> {
    /// The envelope.
    pub envelope: &'a dyn Fields,
    /// What the operation adds.
    pub payload: &'a dyn Fields,
}

impl Fields for Whole<'_> {
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

impl fmt::Debug for Whole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::redact::object("Whole", self, f)
    }
}
