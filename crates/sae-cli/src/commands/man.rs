//! `sae man`: the manual, a page for each command.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use crate::failure::Failure;
use crate::tree;

/// The command line.
pub fn command() -> Command {
    Command::new("man")
        .about("Write the manual, a page for each command")
        .arg(
            Arg::new("dir")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("Folder for the pages; made if it is missing"),
        )
        .after_help("Example:\n  sae man ~/.local/share/man/man1 && man sae-app")
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let Some(dir) = matches.get_one::<PathBuf>("dir") else { return Err(Failure::usage("no folder")) };
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(tree::build(None), dir))
        .map_err(|error| Failure::other(format!("the manual can't be written to {}: {error}", dir.display())))
}
