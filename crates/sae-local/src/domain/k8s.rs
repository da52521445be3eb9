//! Kubernetes clusters as EDAS has them, and its refusals.

pub mod cluster;
pub mod refusal;
