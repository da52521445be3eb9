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

pub use crate::answer::{Answer, Reply, Unreadable, Whole};
pub use crate::any::Any;
pub use crate::candidate::Candidate;
pub use crate::description::{
    BodyFormat, Description, DynFields, Effect, EnvelopeShape, ErrorInfo, HasChangeOrder, HasData, Method,
    Operation, Parameter, Position, Region, Registered, Retry, Service, Style,
};
pub use crate::envelope::Envelope;
pub use crate::error::{Error, ErrorKind};
pub use crate::error_code::ErrorCode;
pub use crate::fields::{Fields, Form, Inline, List, Map, Open, Scalar, Slot, View, Visitor};
pub use crate::headers::Headers;
pub use crate::json_document::JsonDocument;
pub use crate::json_text::Json;
pub use crate::macros::Unknown;
pub use crate::note::{Note, NoteKind};
pub use crate::paged::{Paged, Pages, Turn, text_at};
pub use crate::parts::{Body, Pair, RequestParts, query_string};
pub use crate::retry_stop::RetryStop;
pub use crate::unknown_members::UnknownMembers;

mod answer;
mod any;
mod candidate;
#[cfg(feature = "client")]
pub mod client;
pub mod decode_json;
pub mod decode_xml;
mod description;
pub mod encode_json;
pub mod encode_xml;
mod envelope;
mod error;
mod error_code;
mod fields;
mod foreign;
mod headers;
pub mod input_file;
mod json_document;
mod json_text;
mod lenient_list;
mod long_numbers;
mod macros;
mod memory;
mod note;
mod paged;
mod parts;
mod reading;
#[doc(hidden)]
pub mod redact;
mod retry_stop;
#[doc(hidden)]
pub mod serde_bridge;
mod slots;
pub mod text;
mod unknown_members;
mod xml;
