//! Manifests: files that declare namespaces and applications.
//!
//! A manifest declares the desired state. Settings that it doesn't mention are left unchanged; a table or list that it mentions is
//! complete.

pub use self::entry::{Entry, Finding, Manifest};
pub use self::error::Error;
pub use self::mask::Variables;
pub use self::read::from_text;
pub use self::value::Value;

pub mod change;
mod check;
pub mod difference;
mod document;
mod entry;
mod error;
pub mod feasible;
mod json;
pub mod keys;
pub mod live;
mod mask;
pub mod package;
mod parse;
pub mod plan;
mod read;
mod rules;
pub mod schema;
mod shape;
pub mod steps;
mod value;
mod wire;
pub mod write;
mod yaml;
