//! The command tree: what commands there are, and what runs them.

use std::borrow::Cow;

use clap::{ArgMatches, Command};
use sae::transport::Registered;

use crate::commands::{
    app, apply, call, completions, configure, demo, deploy, doctor, export, instance, local, logs, man, ns,
    order, plan, region, schema, sign, slb, spec,
};
use crate::failure::Failure;
use crate::{help, render};

/// A command and what does it.
pub struct Entry {
    /// Its name.
    pub name: &'static str,
    /// Its command line.
    pub command: fn() -> Command,
    /// What it does.
    pub run: fn(&ArgMatches) -> Result<(), Failure>,
}

/// The commands, in the order in which help shows them.
pub const ENTRIES: &[Entry] = &[
    Entry { name: "deploy", command: deploy::command, run: deploy::run },
    Entry { name: "app", command: app::command, run: app::run },
    Entry { name: "order", command: order::command, run: order::run },
    Entry { name: "plan", command: plan::command, run: plan::run },
    Entry { name: "apply", command: apply::command, run: apply::run },
    Entry { name: "drift", command: plan::drift_command, run: plan::run_drift },
    Entry { name: "export", command: export::command, run: export::run },
    Entry { name: "schema", command: schema::command, run: schema::run },
    Entry { name: "instance", command: instance::command, run: instance::run },
    Entry { name: "logs", command: logs::command, run: logs::run },
    Entry { name: "call", command: || call::command(None), run: call::run },
    Entry { name: "ns", command: ns::command, run: ns::run },
    Entry { name: "slb", command: slb::command, run: slb::run },
    Entry { name: "region", command: region::command, run: region::run },
    Entry { name: "spec", command: spec::command, run: spec::run },
    Entry { name: "configure", command: configure::command, run: configure::run },
    Entry { name: "doctor", command: doctor::command, run: doctor::run },
    Entry { name: "sign", command: sign::command, run: sign::run },
    Entry { name: "local", command: local::command, run: local::run },
    Entry { name: "demo", command: demo::command, run: demo::run },
    Entry { name: "completions", command: completions::command, run: completions::run },
    Entry { name: "man", command: man::command, run: man::run },
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
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let arguments = &*asked(arguments);
    let operation = call::operation(arguments)?;
    let matches = match help::laid_out(build(operation)).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            return match operation.and_then(|operation| call::misspelt(operation, &error)) {
                Some(failure) => Err(failure),
                None => report(&error, arguments),
            };
        }
    };
    let Some((name, matches)) = matches.subcommand() else {
        return Err(Failure::usage("no command; `sae --help` lists them"));
    };
    let entry = ENTRIES.iter().find(|entry| entry.name == name);
    let entry = entry.ok_or_else(|| Failure::usage(format!("unknown command {name:?}")))?;
    (entry.run)(matches)
}

/// `sae help app` as `sae app --help`. A command of clap's own would hold the whole tree a second time.
fn asked(arguments: &[String]) -> Cow<'_, [String]> {
    match arguments {
        [program, help, about @ ..] if help == "help" => {
            let flag = ["--help".to_owned()];
            std::iter::once(program).chain(about).chain(&flag).cloned().collect()
        }
        _ => arguments.into(),
    }
}

/// Prints what clap has to say. Help and version are no failures.
fn report(error: &clap::Error, arguments: &[String]) -> Result<(), Failure> {
    let printed = error.print();
    match error.exit_code() {
        0 => render::is_read(printed).map(|_| ()),
        // There, 2 says that something differs.
        _ if arguments.get(1).is_some_and(|command| command == "drift") => Err(Failure::Printed(1)),
        _ => Err(Failure::Printed(2)),
    }
}

const EXAMPLES: &str = "Examples:
  sae configure                      keep an access key and a region
  sae doctor                         see whether calls will work
  sae app list
  sae app scale shop 5
  sae call ListApplications --help   any other operation
  sae local                          a SAE on this machine, no account";

/// What the exit codes mean: the end of the help of every command that can end with others than 0 to 3.
pub const EXIT_CODES: &str = "Exit codes: 0 done, 1 anything else, 2 usage, 3 refused by the service, 4 outcome unknown, 5 rollout \
failed, 6 rolled back or aborted, 7 waits for confirmation, 8 timed out.";
