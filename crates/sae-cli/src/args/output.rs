//! How results are printed: options of every command that prints one.

use clap::{Arg, Args, ValueEnum};

use super::connection::HEADING;

/// How results are printed.
#[derive(Args, Clone, Debug, Default)]
pub struct Output {
    /// Output format.
    // Each command has its own default.
    #[arg(
        id = "output", long = "output", value_name = "FORMAT", value_enum, global = true, overrides_with = "output",
        help_heading = HEADING
    )]
    pub form: Option<Form>,
    /// Print only the part of the result that this JMESPath expression selects.
    #[arg(long, value_name = "JMESPATH", global = true, overrides_with = "query", help_heading = HEADING)]
    pub query: Option<String>,
    /// Don't hide or truncate columns to fit the terminal.
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

/// For `mut_arg`: makes `table` the default.
pub fn table(arg: Arg) -> Arg {
    arg.default_value("table")
}

/// For `mut_arg`: makes `text` the default.
pub fn text(arg: Arg) -> Arg {
    arg.default_value("text")
}
