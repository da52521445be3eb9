//! How results are printed: options of every command that prints one.

use clap::{Arg, Args, ValueEnum};

use super::connection::HEADING;

/// How to print the result.
#[derive(Args, Clone, Debug, Default)]
pub struct Output {
    /// How to print the result.
    // Each command says which form is its default.
    #[arg(
        id = "output", long = "output", value_name = "FORM", value_enum, global = true, overrides_with = "output",
        help_heading = HEADING
    )]
    pub form: Option<Form>,
    /// Print the part of the result that this expression picks.
    #[arg(long, value_name = "JMESPATH", global = true, overrides_with = "query", help_heading = HEADING)]
    pub query: Option<String>,
    /// Hide and cut nothing to fit the terminal.
    #[arg(long, global = true, overrides_with = "wide", help_heading = HEADING)]
    pub wide: bool,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Json,
    Yaml,
    Table,
    Text,
}

/// For `mut_arg`: a command whose result is a table unless the command line says otherwise.
pub fn table(arg: Arg) -> Arg {
    arg.default_value("table")
}

/// For `mut_arg`: a command whose result is text unless the command line says otherwise.
pub fn text(arg: Arg) -> Arg {
    arg.default_value("text")
}
