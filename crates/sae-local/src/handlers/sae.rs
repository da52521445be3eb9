//! The operations of SAE.

mod applications;
mod catalogue;
mod change_orders;
mod configuration;
mod deployment;
mod events;
mod instances;
mod lifecycle;
mod namespaces;
mod observation;
mod pipelines;
mod slb;
