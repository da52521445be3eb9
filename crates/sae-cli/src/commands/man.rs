//! `sae man`: the manual, a page for each command.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use crate::failure::Failure;
use crate::{operations, tree};

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
    let mut tree = tree::build(None);
    tree.build();
    let listing = operations::listing(None, None)?;
    fs::create_dir_all(dir)
        .and_then(|()| pages(&tree, &listing, dir))
        .map_err(|error| Failure::other(format!("the manual can't be written to {}: {error}", dir.display())))
}

/// Pages of a command and of those below it.
fn pages(command: &Command, listing: &str, dir: &Path) -> io::Result<()> {
    for below in command.get_subcommands() {
        pages(below, listing, dir)?;
    }
    let mut page = Vec::new();
    let closing = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    // What ends a help is examples and notes; the page has sections for them.
    let man = Man::new(command.clone().after_help(None::<&str>));
    man.render(&mut page)?;
    let mut sections = Roff::new();
    for paragraph in closing.split("\n\n").filter(|paragraph| !paragraph.is_empty()) {
        match paragraph.split_once('\n') {
            Some(("Example:" | "Examples:", lines)) => literal(&mut sections, "EXAMPLES", lines),
            _ => match paragraph.strip_prefix("Exit codes: ") {
                Some(codes) => {
                    sections.control("SH", ["EXIT STATUS"]).text([roman(codes)]);
                }
                None => literal(&mut sections, "NOTES", paragraph),
            },
        }
    }
    if command.get_name() == "call" {
        literal(&mut sections, "OPERATIONS", listing);
    }
    sections.to_writer(&mut page)?;
    fs::write(dir.join(man.get_filename()), page)
}

/// Lines as they are: neither filled nor hyphenated.
fn literal(roff: &mut Roff, title: &str, lines: &str) {
    roff.control("SH", [title]).control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}
