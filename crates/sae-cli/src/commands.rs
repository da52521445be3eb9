//! The commands, a file each.

use std::pin::Pin;

use crate::args::Command;
use crate::exit::Exit;
use crate::failure::Failure;

mod app;
mod apply;
mod call;
mod completions;
mod configure;
mod demo;
mod deploy;
mod doctor;
mod export;
mod instance;
mod local;
mod logs;
mod man;
mod ns;
mod order;
mod orders;
mod parameters;
mod plan;
mod region;
mod resolve;
mod schema;
mod sign;
mod slb;
mod spec;

/// A command that is run to its end.
pub type Work = Pin<Box<dyn Future<Output = Result<Exit, Failure>>>>;

/// The work of a command.
pub fn work(command: Command) -> Work {
    match command {
        Command::Deploy(args) => Box::pin(deploy::run(*args)),
        Command::App(args) => Box::pin(app::run(args)),
        Command::Order(args) => Box::pin(order::run(args)),
        Command::Plan(args) => Box::pin(plan::run(args)),
        Command::Apply(args) => Box::pin(apply::run(args)),
        Command::Drift(args) => Box::pin(plan::drift(args)),
        Command::Export(args) => Box::pin(export::run(args)),
        Command::Schema(_) => Box::pin(async { schema::run() }),
        Command::Instance(args) => Box::pin(instance::run(args)),
        Command::Logs(args) => Box::pin(logs::run(args)),
        Command::Call(args) => Box::pin(call::run(args)),
        Command::Ns(args) => Box::pin(ns::run(args)),
        Command::Slb(args) => Box::pin(slb::run(args)),
        Command::Region(args) => Box::pin(region::run(args)),
        Command::Spec(args) => Box::pin(spec::run(args)),
        Command::Configure(args) => Box::pin(async { configure::run(args) }),
        Command::Doctor(args) => Box::pin(doctor::run(args)),
        Command::Sign(args) => Box::pin(async move { sign::run(&args) }),
        Command::Local(args) => Box::pin(local::run(args)),
        Command::Demo(_) => Box::pin(demo::run()),
        Command::Completions(args) => Box::pin(async move { completions::run(&args) }),
        Command::Man(args) => Box::pin(async move { man::run(&args) }),
    }
}
