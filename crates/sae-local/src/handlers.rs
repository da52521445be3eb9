//! The operations: from typed requests to commands of the domain, and from its state to typed answers.

pub mod call;
mod edas;
mod fields;
pub mod operations;
mod page;
pub mod routes;
mod sae;
#[cfg(test)]
mod tests;
