//! The commands, a file each: its command line and what it does.

pub mod app;
pub mod call;
pub mod completions;
pub mod configure;
pub mod demo;
pub mod deploy;
pub mod doctor;
pub mod instance;
pub mod local;
pub mod logs;
pub mod man;
pub mod ns;
pub mod order;
pub mod region;
pub mod sign;
pub mod slb;
pub mod spec;
