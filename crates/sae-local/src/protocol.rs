//! HTTP messages: requests, access keys, authentication, parameters, and answers as JSON and XML.

pub mod access_keys;
pub mod authentication;
pub mod errors;
pub mod host;
pub mod json;
mod nonces;
pub mod parameters;
pub mod percent;
pub mod request;
pub mod response;
pub mod service_clock;
