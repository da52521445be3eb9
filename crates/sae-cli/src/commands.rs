//! The commands, a file each: its command line and what it does.

pub mod app;
pub mod apply;
pub mod call;
pub mod completions;
pub mod configure;
pub mod demo;
pub mod deploy;
pub mod doctor;
pub mod export;
pub mod instance;
pub mod local;
pub mod logs;
pub mod man;
pub mod ns;
pub mod order;
pub mod plan;
pub mod region;
pub mod schema;
pub mod sign;
pub mod slb;
pub mod spec;
