//! The operations: each reads typed parameters, runs a command of the domain or reads its state, and fills a typed
//! answer.

pub mod call;
mod edas;
pub mod fidelity;
mod fields;
pub mod operations;
mod page;
pub mod routes;
mod sae;
#[cfg(test)]
mod tests;
