//! `sae man`: the manual, a page for each command.

use std::io;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man as Page;
use clap_mangen::roff::{Roff, roman};

/// Write the manual, a page for each command.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  sae man ~/.local/share/man/man1 && man sae-app")]
pub struct Man {
    /// Folder for the pages; created if missing.
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// The pages of a command line: the name of each file and what it holds. `listing` are the operations, for the page of `sae call`.
pub fn pages(mut tree: Command, listing: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    tree.build();
    let mut pages = Vec::new();
    add(&tree, listing, &mut pages)?;
    Ok(pages)
}

/// Adds the pages of a command and of those below it.
fn add(command: &Command, listing: &str, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for below in command.get_subcommands() {
        add(below, listing, pages)?;
    }
    let mut page = Vec::new();
    let closing = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    // Examples and notes at the end of a help text become sections of the page.
    let man = Page::new(command.clone().after_help(None::<&str>));
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
    pages.push((man.get_filename(), page));
    Ok(())
}

/// Prints lines unchanged: neither filled nor hyphenated.
fn literal(roff: &mut Roff, title: &str, lines: &str) {
    roff.control("SH", [title]).control("nf", []);
    for line in lines.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}
