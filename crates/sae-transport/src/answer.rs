//! An HTTP answer, and what is read from it.

use std::fmt;
use std::ops::Deref;

use crate::envelope::{Envelope, Enveloped};
use crate::fields::{Fields, Visitor};
use crate::{Error, HasData, Headers, Note, decode_json, decode_xml};

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

    /// Reads the body into an envelope and a payload.
    ///
    /// JSON or XML is told by the first character: gateways are not to be trusted with the `Content-Type` of an error.
    pub fn read(&self, envelope: &mut Envelope, payload: &mut dyn Fields) -> Result<Vec<Note>, Unreadable> {
        let text = std::str::from_utf8(&self.body).map_err(Unreadable::new)?;
        let text = text.trim_start_matches('\u{feff}').trim();
        let mut document = Enveloped { envelope, payload };
        if text.starts_with('<') {
            decode_xml::object(text, &mut document)
        } else {
            decode_json::object(text, &mut document)
        }
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

/// A text that is neither JSON nor XML, or not whole; its source says where.
#[derive(Debug)]
pub struct Unreadable(Box<dyn std::error::Error + Send + Sync>);

impl Unreadable {
    pub(crate) fn new(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(cause))
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither a JSON document nor an XML one of the expected form")
    }
}

impl std::error::Error for Unreadable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
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
    /// Values that fitted no reading of their field, which stayed empty.
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
}

impl fmt::Debug for Whole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::redact::object("Whole", self, f)
    }
}
