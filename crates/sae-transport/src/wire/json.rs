//! JSON.

pub mod decode;
pub(crate) mod document;
pub mod encode;
pub(crate) mod long_numbers;
mod name;
mod plain;
mod scan;
pub(crate) mod seed;
mod values;
