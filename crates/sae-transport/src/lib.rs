//! Operations, codecs, errors and calls: the layer between the generated models of Alibaba Cloud SAE and HTTP.
//!
//! A generated struct implements [`Fields`]; an operation's request also implements [`Operation`], which carries its
//! [`Description`]. On these two stand everything that this crate does, none of it generic over the operation:
//!
//! - [`RequestParts`] takes a request apart into path, query string and body;
//! - [`Answer::read`] fills an [`Envelope`] and an output from JSON or XML, as loosely as the service writes them;
//! - [`encode_json`] and [`encode_xml`] write them, which the local server does;
//! - [`client`] (feature `client`, on by default) signs, sends, retries and explains.
//!
//! Applications use the `sae` crate; this one is for authors who take a layer by itself.

pub use sae_sign as sign;
#[doc(hidden)]
pub use serde;

pub use crate::message::answer::Answer;
pub use crate::message::candidate::Candidate;
pub use crate::message::cause::innermost_cause;
pub use crate::message::envelope::Envelope;
pub use crate::message::error::{Error, ErrorKind};
pub use crate::message::error_code::ErrorCode;
pub use crate::message::exit_code;
pub use crate::message::field_ext::{FieldExt, OrDash};
pub use crate::message::headers::Headers;
pub use crate::message::parts::{Body, Pair, RequestParts, query_string};
pub use crate::message::reply::{EnvelopedRef, Reply};
pub use crate::message::retry_stop::RetryStop;
pub use crate::schema::any::Any;
pub use crate::schema::description::{
    BodyFormat, Description, DynFields, Effect, EnvelopeShape, ErrorInfo, HasChangeOrder, HasData, Method,
    Operation, Parameter, Position, Region, Registered, Retry, Service, Style,
};
pub use crate::schema::fields::{Fields, Scalar, Slot, Visitor};
pub use crate::schema::note::{Note, NoteKind};
pub use crate::schema::paged::{Paged, Pages, Turn};
pub use crate::schema::timestamp::{Timestamp, TimestampError};
pub use crate::schema::unknown_members::UnknownMembers;
pub use crate::wire::decode_error::DecodeError;
pub use crate::wire::json::document::JsonDocument;
pub use crate::wire::json_text::Json;
pub use crate::wire::macros::Unknown;

#[cfg(feature = "client")]
pub mod client;
/// Reading and filling structs whose type is unknown: what a [`Slot`] holds ([`View`](slots::View)) and what it can be filled with
/// ([`Open`](slots::Open)). Codecs and checks need this; a program that sends requests does not.
pub mod slots {
    pub use crate::schema::fields::{Form, Inline, List, Map, Open, View};
    pub use crate::schema::paged::text_at;
}
#[cfg(feature = "files")]
pub mod input_file;
mod message;
mod schema;
pub mod text;
mod wire;

pub use crate::wire::json::decode as decode_json;
pub use crate::wire::json::encode as encode_json;
pub use crate::wire::xml::decode as decode_xml;
pub use crate::wire::xml::encode as encode_xml;

#[doc(hidden)]
pub use crate::message::request_serde;
#[doc(hidden)]
pub use crate::schema::checks::{AnswerField, is_answer_field};
#[doc(hidden)]
pub use crate::wire::serde_bridge;

/// Values and documents without what may be secret in them.
#[doc(hidden)]
pub mod redact {
    pub use crate::message::redaction::{Members, Redaction, UNKNOWN, structure, structured};
    pub use crate::wire::redact::{object, request};
}
