//! JSON.

pub mod decode;
pub(crate) mod document;
pub mod encode;
pub(crate) mod long_numbers;
mod scan;
mod values;
