//! Requests and answers: their parts, envelopes, headers and errors.

pub(crate) mod answer;
pub(crate) mod candidate;
pub(crate) mod cause;
pub(crate) mod envelope;
pub(crate) mod error;
pub(crate) mod error_code;
pub mod exit_code;
pub(crate) mod field_ext;
mod foreign;
pub(crate) mod headers;
mod macros;
mod operation_macro;
pub(crate) mod parts;
pub mod redaction;
pub(crate) mod reply;
pub mod request_serde;
pub(crate) mod retry_stop;
pub(crate) mod server_text;
#[cfg(feature = "client")]
pub(crate) mod signed_text;
