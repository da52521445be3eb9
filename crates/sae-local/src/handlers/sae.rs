//! The operations of SAE.

mod applications;
mod catalogue;
mod change_orders;
mod config_maps;
mod configuration;
mod deployment;
mod events;
mod grey_tag_routes;
mod ingresses;
mod instances;
mod job_runs;
mod jobs;
mod lifecycle;
mod namespace_resources;
mod namespaces;
mod nlb;
mod observation;
mod pipelines;
mod secrets;
mod slb;
mod swimming_lane_groups;
mod swimming_lanes;
mod tags;
mod versions;
