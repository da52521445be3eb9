//! The commands, a file each: its command line and what it does.

pub mod call;
pub mod demo;
pub mod local;
pub mod ns;
pub mod region;
pub mod sign;
pub mod spec;
