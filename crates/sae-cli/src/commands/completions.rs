//! `sae completions`: what a shell needs to complete commands and options.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command};
use clap_complete::aot::{Bash, Fish, Zsh, generate};

use crate::commands::call;
use crate::failure::Failure;
use crate::{operations, render, tree};

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
    let mut tree = tree::build(None).mut_subcommand("call", |_| call::outlined());
    let mut script = Vec::new();
    match matches.get_one::<String>("shell").map(String::as_str) {
        Some("zsh") => generate(Zsh, &mut tree, "sae", &mut script),
        Some("fish") => {
            generate(Fish, &mut tree, "sae", &mut script);
            script.extend_from_slice(fish_operations().as_bytes());
        }
        _ => generate(Bash, &mut tree, "sae", &mut script),
    }
    render::write(&String::from_utf8_lossy(&script))
}

/// For fish, clap_complete leaves out what is no option.
fn fish_operations() -> String {
    let names = operations::names().join(" ");
    format!("complete -c sae -n \"__fish_sae_using_subcommand call\" -f -a \"{names}\"\n")
}

const EXAMPLES: &str = "Examples:
  sae completions bash > ~/.local/share/bash-completion/completions/sae
  sae completions zsh > \"${fpath[1]}/_sae\"
  sae completions fish > ~/.config/fish/completions/sae.fish";
