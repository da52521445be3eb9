//! `sae completions`: what a shell needs to complete commands and options.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};
use clap_complete::aot::{Bash, Fish, Zsh, generate};

use crate::failure::Failure;
use crate::{render, tree};

/// The command line.
pub fn command() -> Command {
    Command::new("completions")
        .about("Print completions for a shell")
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(PossibleValuesParser::new(["bash", "zsh", "fish"]))
                .help("Shell to complete in"),
        )
        .after_help(EXAMPLES)
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let mut tree = tree::build(None);
    let mut script = Vec::new();
    match matches.get_one::<String>("shell").map(String::as_str) {
        Some("zsh") => generate(Zsh, &mut tree, "sae", &mut script),
        Some("fish") => generate(Fish, &mut tree, "sae", &mut script),
        _ => generate(Bash, &mut tree, "sae", &mut script),
    }
    render::write(&String::from_utf8_lossy(&script))
}

const EXAMPLES: &str = "Examples:
  sae completions bash > ~/.local/share/bash-completion/completions/sae
  sae completions zsh > \"${fpath[1]}/_sae\"
  sae completions fish > ~/.config/fish/completions/sae.fish";
