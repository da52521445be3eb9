//! JSON and XML: a decoder and an encoder each, and what both have in common.

pub(crate) mod decode_error;
pub mod json;
pub(crate) mod json_text;
pub(crate) mod lenient_list;
pub(crate) mod macros;
pub(crate) mod reading;
pub mod redact;
pub mod serde_bridge;
pub mod xml;
