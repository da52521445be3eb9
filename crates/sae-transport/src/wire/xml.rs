//! XML.

pub mod decode;
pub mod encode;
pub(crate) mod reader;
