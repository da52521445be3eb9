//! The commands of clients: each checks its arguments and the state, then changes the state or refuses.

pub mod abort;
pub mod config_maps;
pub mod create;
pub mod deploy;
pub mod grey_tag_routes;
pub mod ingresses;
pub mod instances;
pub mod jobs;
pub mod k8s;
pub mod lifecycle;
pub mod load_balancers;
pub mod namespace_resources;
pub mod namespaces;
pub mod nlb;
pub mod secrets;
pub mod swimming_lanes;
pub mod tags;
pub mod versions;
pub mod web_applications;
