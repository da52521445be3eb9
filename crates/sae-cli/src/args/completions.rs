//! `sae completions`: what a shell needs to complete commands and options.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Args, Command, ValueEnum};
use clap_complete::aot::{Bash, Fish, Zsh, generate};

use crate::operations;

/// Print completions for a shell.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// Shell to complete in.
    #[arg(value_name = "SHELL", value_enum)]
    pub shell: Shell,
}

/// Shells that can complete.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Shell {
    Bash,
    Zsh,
    Fish,
}

/// The script that makes a shell complete this command line. Operations are words of it, not commands.
pub fn script(tree: Command, shell: Shell) -> String {
    let names = PossibleValuesParser::new(operations::names());
    let operation = Arg::new("operation").value_name("OPERATION").value_parser(names);
    let mut tree = tree.mut_subcommand("call", |call| call.arg(operation));
    let mut script = Vec::new();
    match shell {
        Shell::Bash => generate(Bash, &mut tree, "sae", &mut script),
        Shell::Zsh => generate(Zsh, &mut tree, "sae", &mut script),
        Shell::Fish => {
            generate(Fish, &mut tree, "sae", &mut script);
            script.extend_from_slice(fish_operations().as_bytes());
        }
    }
    String::from_utf8_lossy(&script).into_owned()
}

/// clap_complete leaves out positional arguments for fish.
fn fish_operations() -> String {
    let names = operations::names().join(" ");
    format!("complete -c sae -n \"__fish_sae_using_subcommand call\" -f -a \"{names}\"\n")
}

const EXAMPLES: &str = "Examples:
  sae completions bash > ~/.local/share/bash-completion/completions/sae
  sae completions zsh > \"${fpath[1]}/_sae\"
  sae completions fish > ~/.config/fish/completions/sae.fish";
