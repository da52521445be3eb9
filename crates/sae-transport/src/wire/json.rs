//! JSON.

pub mod decode;
pub(crate) mod document;
pub mod encode;
pub(crate) mod long_numbers;
mod name;
mod scan;
mod values;
