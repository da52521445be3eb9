//! `sae schema`: the JSON Schema of manifests.

use clap::{ArgMatches, Command};

use crate::failure::Failure;
use crate::manifest::schema;
use crate::render;

/// The command line.
pub fn command() -> Command {
    Command::new("schema")
        .about("Print the JSON Schema of manifests, with which editors complete and check them")
        .after_help("Example:\n  sae schema > manifest.schema.json")
}

pub fn run(_: &ArgMatches) -> Result<(), Failure> {
    render::write(&schema::text())
}
