//! The operations of EDAS on Kubernetes.

mod applications;
mod change_orders;
mod clusters;
mod config_users;
mod configs;
mod deployment;
mod handler;
mod image;
mod ingresses;
mod instances;
mod lifecycle;
mod load_balancers;
mod manifest;
mod objects;
mod out_of_scope;
mod rules;
mod services;
mod settings;
mod strategy;

pub use self::handler::handler;
pub use self::out_of_scope::OUT_OF_SCOPE;
