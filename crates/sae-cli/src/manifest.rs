//! Manifests: namespaces and applications as they are to be, in a file.
//!
//! A manifest speaks of what it names. A key that it leaves out stays as it is, and so does whatever it doesn't name; a table or
//! list that it names is meant whole.

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
