//! The command line: one struct a command, read by clap, which no other module names.

use clap::Subcommand;

pub mod app;
pub mod application;
pub mod call;
pub mod catalogue;
pub mod completions;
pub mod configure;
pub mod confirmation;
pub mod connection;
pub mod deploy;
pub mod doctor;
pub mod following;
mod help;
pub mod listing;
pub mod local;
pub mod logs;
pub mod man;
pub mod manifest;
pub mod ns;
pub mod order;
pub mod output;
mod parsing;
pub mod sign;
pub mod slb;
pub mod value;

pub use application::{Application, Namespace};
pub use confirmation::Confirmation;
pub use connection::Connection;
pub use following::{Following, Limits};
pub use listing::Listing;
pub use output::Output;
pub use parsing::{Parsed, completion_script, exit_of_usage, manual, parse};

/// The commands, in the order in which help shows them.
#[derive(Debug, Subcommand)]
pub enum Command {
    Deploy(Box<deploy::Deploy>),
    App(app::App),
    Order(order::Order),
    Plan(manifest::Plan),
    Apply(manifest::Apply),
    Drift(manifest::Drift),
    Export(manifest::Export),
    Schema(manifest::Schema),
    Instance(logs::Instance),
    Logs(logs::Logs),
    Call(call::Call),
    Ns(ns::Ns),
    Slb(slb::Slb),
    Region(catalogue::Region),
    Spec(catalogue::Spec),
    Configure(configure::Configure),
    Doctor(doctor::Doctor),
    Sign(sign::Sign),
    Local(local::Local),
    Demo(local::Demo),
    Completions(completions::Completions),
    Man(man::Man),
}
