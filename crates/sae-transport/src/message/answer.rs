//! An HTTP answer, and what is read from it.

use std::fmt;

use super::foreign;
use crate::message::envelope::{Envelope, EnvelopedMut};
use crate::schema::memory::MemoryBudget;
use crate::{DecodeError, DynFields, Headers, Note, decode_json, decode_xml};

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
    pub fn read(
        &self,
        envelope: &mut Envelope,
        payload: &mut dyn DynFields,
    ) -> Result<Vec<Note>, DecodeError> {
        self.read_within(self.usual_memory(), envelope, payload)
    }

    /// [`Answer::read`] with a limit of memory of one's own, in bytes.
    pub fn read_within(
        &self,
        limit: usize,
        envelope: &mut Envelope,
        payload: &mut dyn DynFields,
    ) -> Result<Vec<Note>, DecodeError> {
        self.read_by(envelope, payload, |text, document| {
            if is_xml(text) {
                decode_xml::object_within(text, document, limit)
            } else {
                decode_json::object_within(text, document, limit)
            }
        })
    }

    /// [`Answer::read_within`] without notes.
    #[cfg(feature = "client")]
    pub(crate) fn fill_within(
        &self,
        limit: usize,
        envelope: &mut Envelope,
        payload: &mut dyn DynFields,
    ) -> Result<(), DecodeError> {
        self.read_by(envelope, payload, |text, document| {
            if is_xml(text) {
                decode_xml::fill_within(text, document, limit)
            } else {
                decode_json::fill_within(text, document, limit)
            }
        })
    }

    /// What in the body has no place in a payload of this type, which must be empty: values that fit no reading of their field, members
    /// that this version doesn't know, and values of members that came more than once. At most a thousand are noted.
    ///
    /// Reads the body again; none if it can't be read.
    pub fn notes(&self, payload: &mut dyn DynFields) -> Vec<Note> {
        // Notes take memory that the reading of the answer had no need of, but never much more than the answer itself.
        self.read_within(usize::MAX, &mut Envelope::default(), payload).unwrap_or_default()
    }

    /// How many bytes of memory may be taken by what is read from it, unless somebody says otherwise.
    pub(crate) const fn usual_memory(&self) -> usize {
        MemoryBudget::usual(self.body.len())
    }

    fn read_by<T>(
        &self,
        envelope: &mut Envelope,
        payload: &mut dyn DynFields,
        decode: impl FnOnce(&str, &mut EnvelopedMut<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let text = std::str::from_utf8(&self.body).map_err(DecodeError::new)?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if let Some(what) = foreign::text(text) {
            return Err(DecodeError::foreign(what));
        }
        let mut document = EnvelopedMut::new(envelope, payload);
        let read = decode(text, &mut document)?;
        if document.is_foreign() {
            return Err(DecodeError::foreign(foreign::document(text)));
        }
        // A refusal by a gateway may have no more than a status and the identifier of the request.
        if let Some(silence) = document.silence().filter(|_| self.is_success()) {
            return Err(DecodeError::foreign(foreign::silent(text, silence)));
        }
        Ok(read)
    }
}

fn is_xml(text: &str) -> bool {
    text.starts_with('<')
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
