//! The command tree: what commands there are, and what runs them.

use std::ffi::OsString;

use clap::{Arg, ArgMatches, Command};
use sae::transport::Registered;
use sae::transport::text::escape_control_lines;

use crate::commands::{
    app, apply, call, completions, configure, demo, deploy, doctor, export, instance, local, logs, man, ns,
    order, plan, region, schema, sign, slb, spec,
};
use crate::failure::Failure;
use crate::render::Output;
use crate::tell::tell;
use crate::{help, input, session, stdout};

/// A command and what does it.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Its command line.
    pub command: fn() -> Command,
    /// What it does.
    pub run: Run,
    /// The exit code where the command line is wrong.
    pub usage: u8,
}

type Run = fn(&ArgMatches) -> Result<(), Failure>;

const fn entry(name: &'static str, command: fn() -> Command, run: Run) -> Entry {
    Entry { name, command, run, usage: USAGE }
}

/// The commands, in the order in which help shows them.
pub const ENTRIES: &[Entry] = &[
    entry("deploy", deploy::command, deploy::run),
    entry("app", app::command, app::run),
    entry("order", order::command, order::run),
    entry("plan", plan::command, plan::run),
    entry("apply", apply::command, apply::run),
    // There, 2 says that something differs.
    Entry { usage: 1, ..entry("drift", plan::drift_command, plan::run_drift) },
    entry("export", export::command, export::run),
    entry("schema", schema::command, schema::run),
    entry("instance", instance::command, instance::run),
    entry("logs", logs::command, logs::run),
    entry("call", || call::command(None), call::run),
    entry("ns", ns::command, ns::run),
    entry("slb", slb::command, slb::run),
    entry("region", region::command, region::run),
    entry("spec", spec::command, spec::run),
    entry("configure", configure::command, configure::run),
    entry("doctor", doctor::command, doctor::run),
    entry("sign", sign::command, sign::run),
    entry("local", local::command, local::run),
    entry("demo", demo::command, demo::run),
    entry("completions", completions::command, completions::run),
    entry("man", man::command, man::run),
];

/// The whole command tree; the operation's own command is in it if one is called.
pub fn build(operation: Option<&'static Registered>) -> Command {
    let root = Command::new("sae")
        .about("Deploy and watch applications on Alibaba Cloud SAE (Serverless App Engine)")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .after_help(EXAMPLES)
        .max_term_width(110);
    let commands = ENTRIES.iter().map(|entry| (entry.command)());
    let root = root.subcommands(commands);
    match operation {
        Some(_) => root.mut_subcommand("call", |_| call::command(operation)),
        None => root,
    }
}

/// Does what the command line asks for.
pub fn run(given: Vec<OsString>) -> Result<(), Failure> {
    let command = given.iter().skip(1).find_map(|word| named(word.to_str()));
    let usage = command.map_or(USAGE, |entry| entry.usage);
    let ran = input::arguments(given).and_then(|arguments| {
        input::check_environment()?;
        run_text(&command_first(asked(command_first(arguments))), usage)
    });
    ran.map_err(|failure| match failure {
        Failure::Usage(_) | Failure::Call(_) if failure.exit_code() == USAGE && usage != USAGE => {
            failure.print();
            Failure::Printed(usage)
        }
        _ => failure,
    })
}

fn run_text(arguments: &[String], usage: u8) -> Result<(), Failure> {
    let operation = call::operation(arguments)?;
    let matches = match help::laid_out(build(operation)).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            return match operation.and_then(|operation| call::misspelt(operation, &error)) {
                Some(failure) => Err(failure),
                None => report(&error, usage),
            };
        }
    };
    let Some((name, matches)) = matches.subcommand() else {
        return Err(Failure::usage("no command; `sae --help` lists them"));
    };
    let entry = named(Some(name)).ok_or_else(|| Failure::usage(format!("unknown command {name:?}")))?;
    (entry.run)(matches)
}

fn named(name: Option<&str>) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| name == Some(entry.name))
}

/// `sae --region ID app list` as `sae app --region ID list`: the options of every command may stand before it, too. One that is given
/// again after it counts as the later one.
fn command_first(mut arguments: Vec<String>) -> Vec<String> {
    let options = session::arguments(app::with_namespace(Command::new("")), Output::Json);
    let mut end = 1;
    while let Some(argument) = arguments.get(end) {
        let (name, has_value) =
            argument.split_once('=').map_or((argument.as_str(), false), |(name, _)| (name, true));
        let is_named = |option: &&Arg| {
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

/// `sae help app` as `sae app --help`. A command of clap's own would hold the whole tree a second time.
fn asked(mut arguments: Vec<String>) -> Vec<String> {
    if arguments.get(1).is_some_and(|word| word == "help") {
        arguments.remove(1);
        arguments.push("--help".to_owned());
    }
    arguments
}

/// Prints what clap has to say. Help and version are no failures.
fn report(error: &clap::Error, usage: u8) -> Result<(), Failure> {
    if error.use_stderr() {
        // What it quotes has come with the command line.
        let text = error.render().to_string();
        let escaped = escape_control_lines(&text);
        if escaped == text {
            // There is no place left to say that it can't be printed.
            let _ = error.print();
        } else {
            tell!("{}", escaped.trim_end());
        }
        return Err(Failure::Printed(usage));
    }
    stdout::write(&error.render().to_string())
}

const USAGE: u8 = 2;

const EXAMPLES: &str = "Examples:
  sae configure                      keep an access key and a region
  sae doctor                         see whether calls will work
  sae app list
  sae app scale shop 5
  sae call ListApplications --help   any other operation
  sae local                          a SAE on this machine, no account

Options of connection and output may stand before the command, too, as in `sae --region cn-beijing app list`. Where one is given twice \
the later one counts.";

/// What the exit codes mean: the end of the help of every command that can end with others than 0 to 3.
pub const EXIT_CODES: &str = "Exit codes: 0 done, 1 anything else, 2 usage, 3 refused by the service, 4 outcome unknown, 5 rollout \
failed, 6 rolled back or aborted, 7 waits for confirmation, 8 timed out.";
