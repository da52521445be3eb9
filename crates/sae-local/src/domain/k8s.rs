//! Kubernetes clusters as EDAS has them with what is in them, and its refusals.

pub mod cluster;
pub mod config;
pub mod ingress;
pub mod refusal;
pub mod service;
