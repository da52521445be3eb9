//! The operations of EDAS on Kubernetes.

mod applications;
mod change_orders;
mod clusters;
mod deployment;
mod handler;
mod image;
mod instances;
mod lifecycle;
mod manifest;
mod rules;
mod settings;
mod strategy;

pub use self::handler::handler;
