//! The maintainers' tool as a library, so that its tests reach it: see `main.rs` for the program.

pub mod api;
pub mod codegen;
pub mod coverage;
pub mod diagnostics;
pub mod file_tree;
pub mod format;
pub mod import;
pub mod lower;
pub mod model;
pub mod new;
pub mod print;
pub mod schema;
pub mod spec;
