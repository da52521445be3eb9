//! What the program prints: results on standard output, status lines and failures on standard error.

pub mod advice;
mod cell;
pub mod columns;
pub mod confirm;
mod lines;
pub mod list;
pub mod printer;
mod query;
pub mod refusal;
pub mod render;
pub mod report;
pub mod status;
pub mod stdout;
pub mod waiting;
