//! `sae plan` and `sae drift`: what a manifest asks for beyond what there is.

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint};

use crate::failure::Failure;
use crate::manifest::{self, plan::Plan};
use crate::render::{self, Output};
use crate::session::Printer;
use crate::{block_on, session};

/// The command line of `sae plan`.
pub fn command() -> Command {
    let command = Command::new("plan")
        .about("Show what differs between a manifest and what there is, without changing it")
        .long_about(ABOUT);
    session::arguments(arguments(command), Output::Text).after_help(EXAMPLES)
}

/// The command line of `sae drift`.
pub fn drift_command() -> Command {
    let command = Command::new("drift")
        .about("See whether what there is still is as a manifest says: exit code 2 if not")
        .long_about(DRIFT_ABOUT);
    session::arguments(arguments(command), Output::Text).after_help(DRIFT_EXAMPLES)
}

/// Adds the options of every command that reads a manifest.
pub fn arguments(command: Command) -> Command {
    command
        .arg(
            Arg::new("file")
                .long("file")
                .short('f')
                .value_name("FILE")
                .required(true)
                .value_hint(ValueHint::FilePath)
                .help("Manifest in TOML, YAML or JSON; - reads standard input"),
        )
        .arg(Arg::new("prune").long("prune").action(ArgAction::SetTrue).help(
            "Delete the applications that the manifest doesn't name, in the namespaces that it describes",
        ))
}

pub fn run(options: &ArgMatches) -> Result<(), Failure> {
    let plan = printed(options)?;
    plan.check()
}

pub fn run_drift(options: &ArgMatches) -> Result<(), Failure> {
    let plan = printed(options)?;
    if !plan.is_empty() {
        return Err(Failure::Printed(DIFFERS));
    }
    plan.check()
}

/// Makes the plan and prints it.
fn printed(options: &ArgMatches) -> Result<Plan, Failure> {
    let printer = Printer::new(options)?;
    let manifest = manifest::read(options.get_one::<String>("file").map_or("", String::as_str))?;
    let client = session::client(options)?;
    let plan = block_on(Plan::of(&client, &manifest, options.get_flag("prune")))?;
    print(&plan, &printer)?;
    Ok(plan)
}

fn print(plan: &Plan, printer: &Printer) -> Result<(), Failure> {
    if printer.is_document() {
        return printer.print(&plan.json());
    }
    match printer.output() {
        Output::Table => plan.table().print(printer, "no differences"),
        _ => render::write(&plan.text()),
    }
}

/// The exit code of `sae drift` that says that something differs.
const DIFFERS: u8 = 2;

const ABOUT: &str = "Show what differs between a manifest and what there is, without changing it.

Settings that the manifest doesn't mention are left unchanged and are no difference. Environment variables are shown, except those that \
the manifest marks ({ value = \"…\", secret = true }), those whose names say so (PASSWORD, TOKEN, SECRET, KEY and the like) and those \
that it removes. What the service would refuse (a size or region that it doesn't have, a name that is none, no image) is reported all at \
once with lines and the nearest valid values, and ends with exit code 2. How to roll out (update_strategy and the \
like) is sent along with a deployment and makes no difference by itself. Nor do keys that the service doesn't tell the value of, such as \
enable_ebpf: the plan names them as not compared. An application that is stopped or was never deployed is to run, unless the manifest \
says deploy = false. A roll-out that goes on is to be waited for, one that failed to be made again. `sae schema` prints all keys that a \
manifest can have.";
const DRIFT_ABOUT: &str = "See whether what there is still is as a manifest says.

Prints what `sae plan` prints. Exit codes: 0 nothing differs, 2 something does, anything else it couldn't be seen; a manifest that can't be applied ends with 1.";
const EXAMPLES: &str = "Examples:
  sae plan -f app.toml
  sae plan -f app.yaml --output json --query 'changes[].name'
  sae export -n shop | sae plan -f -";
const DRIFT_EXAMPLES: &str = "Example:\n  sae drift -f app.toml; test $? -eq 2 && notify";
