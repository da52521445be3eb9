//! From the words of the command line to what it asks for.

use std::ffi::OsString;
use std::io;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand as _};
use sae::transport::Registered;

use super::{Command, Connection, Namespace, Output, call, completions, help, man, manifest};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;

/// What the command line asks for.
#[derive(Debug)]
pub enum Parsed {
    /// To do something.
    Command(Box<Command>),
    /// To show this text: help, or the version.
    Text(String),
}

/// Deploy and watch applications on Alibaba Cloud SAE (Serverless App Engine).
#[derive(Debug, Parser)]
#[command(name = "sae", version, disable_help_subcommand = true, after_help = EXAMPLES, max_term_width = 110)]
struct Program {
    #[command(subcommand)]
    command: Command,
}

/// The options that may stand before the command, too.
#[derive(clap::Args)]
struct Leading {
    #[command(flatten)]
    _connection: Connection,
    #[command(flatten)]
    _output: Output,
    #[command(flatten)]
    _namespace: Namespace,
}

/// Reads the command line.
pub fn parse(given: Vec<OsString>) -> Result<Parsed, Failure> {
    let arguments = input::arguments(given)?;
    input::check_environment()?;
    let arguments = command_first(help_last(command_first(arguments)));
    let operation = call::operation(&arguments)?;
    let command = help::laid_out(tree(operation));
    let name = arguments.get(1).cloned().unwrap_or_default();
    let parsed =
        command.try_get_matches_from(arguments).and_then(|matches| Program::from_arg_matches(&matches));
    match parsed {
        Ok(program) => Ok(Parsed::Command(Box::new(program.command))),
        Err(error) => {
            let explained = operation.and_then(|operation| call::misspelt(operation, &error));
            match explained.or_else(|| manifest::with_namespace(&name, &error)) {
                Some(failure) => Err(failure),
                None if error.use_stderr() => Err(refusal(&error)),
                None => Ok(Parsed::Text(error.render().to_string())),
            }
        }
    }
}

/// The exit code of a command line that is wrong.
pub fn exit_of_usage(given: &[OsString]) -> Exit {
    // A value of an option that stands before the command may be a command's name.
    let words = command_first(given.iter().map(|word| word.to_string_lossy().into_owned()).collect());
    let command = words.iter().skip(1).find(|word| Command::has_subcommand(word));
    // Exit code 2 of `sae drift` means that something differs.
    if command.is_some_and(|command| command == "drift") { Exit::OTHER } else { Exit::USAGE }
}

/// The whole command tree; the operation's own command is in it if one is called.
fn tree(operation: Option<&'static Registered>) -> clap::Command {
    let tree = Program::command().mut_subcommands(help::with_verbs);
    match operation {
        Some(operation) => tree.mut_subcommand("call", |call| call.subcommand(call::command(operation))),
        None => tree,
    }
}

/// The script that makes a shell complete the command line.
pub fn completion_script(shell: completions::Shell) -> String {
    completions::script(tree(None), shell)
}

/// The pages of the manual: the name of each file and what it holds. `listing` are the operations.
pub fn manual(listing: &str) -> io::Result<Vec<(String, Vec<u8>)>> {
    man::pages(tree(None), listing)
}

/// Rewrites `sae --region ID app list` to `sae app --region ID list`. If an option is given again after the command, the later one
/// counts.
fn command_first(mut arguments: Vec<String>) -> Vec<String> {
    let options = <Leading as clap::Args>::augment_args(clap::Command::new(""));
    let mut end = 1;
    while let Some(argument) = arguments.get(end) {
        let (name, has_value) =
            argument.split_once('=').map_or((argument.as_str(), false), |(name, _)| (name, true));
        let is_named = |option: &&clap::Arg| {
            name.strip_prefix("--").is_some_and(|name| option.get_long() == Some(name))
                || name
                    .strip_prefix('-')
                    .is_some_and(|name| option.get_short().is_some_and(|short| name == short.to_string()))
        };
        let Some(option) = options.get_arguments().find(is_named) else { break };
        end += if option.get_action().takes_values() && !has_value { 2 } else { 1 };
    }
    if arguments.get(end).is_some_and(|command| !command.starts_with('-')) {
        arguments.get_mut(1..=end).unwrap_or_default().rotate_right(1);
    }
    arguments
}

/// Rewrites `sae help app` to `sae app --help`. A help command of clap would hold the whole tree a second time.
fn help_last(mut arguments: Vec<String>) -> Vec<String> {
    if arguments.get(1).is_some_and(|word| word == "help") {
        arguments.remove(1);
        arguments.push("--help".to_owned());
    }
    arguments
}

/// The message of clap without its prefix, which every failure gets; or the help, if the command line names nothing to do.
fn refusal(error: &clap::Error) -> Failure {
    let text = error.render().to_string();
    match text.strip_prefix("error: ") {
        Some(message) => Failure::usage(message.trim_end()),
        None => Failure::Help(text),
    }
}

const EXAMPLES: &str = "Examples:
  sae configure                      store an access key and a region
  sae doctor                         check whether calls will work
  sae app list
  sae app scale shop 5
  sae call ListApplications --help   any other operation
  sae local                          a SAE on this machine, no account

Connection and output options may also come before the command, as in `sae --region cn-beijing app list`. If one is given twice, the \
later one counts.";
