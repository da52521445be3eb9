//! `sae call`: the one command whose options depend on what it calls.

use std::borrow::Cow;
use std::sync::LazyLock;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, ValueEnum};
use sae::transport::text::escape_control;
use sae::transport::{Description, Parameter, Registered, Style};
use sae_manifest::hints::did_you_mean;

use super::help::with_exit_codes;
use super::{Connection, Output};
use crate::failure::Failure;
use crate::{operations, shell};

/// `sae call` with its options, and the operation that it calls.
#[derive(Debug)]
pub struct Call {
    pub options: CallOptions,
    /// The operation, unless operations are listed.
    pub invocation: Option<Invocation>,
}

/// An operation and the values of the options that are named like its parameters.
#[derive(Debug)]
pub struct Invocation {
    pub operation: &'static Registered,
    /// Names of parameters with their values, in the order of the description.
    pub values: Vec<(&'static str, String)>,
}

/// Call any operation of SAE or EDAS through its typed request and response.
#[derive(Args, Debug)]
#[command(
    long_about = ABOUT,
    override_usage = "sae call [OPTIONS] OPERATION [--Name VALUE]...",
    after_help = with_exit_codes(EXAMPLES),
    subcommand_value_name = "OPERATION",
    subcommand_help_heading = "Operation",
    disable_help_subcommand = true,
    arg_required_else_help = true,
    // With --list, an --output that was given selects a document; so there is no default value.
    mut_arg("output", |output| output.help("Output format [default: json]"))
)]
pub struct CallOptions {
    /// Product that has the operation.
    #[arg(long, value_name = "PRODUCT", value_parser = ["sae", "edas"], global = true)]
    pub product: Option<String>,
    /// Parameters as one JSON object: given here, in a file, or on standard input.
    #[arg(long, value_name = "JSON|@FILE|-", global = true)]
    pub params: Option<String>,
    /// Format of the response.
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, global = true)]
    pub accept: Accept,
    /// List the operations by group, instead of calling one.
    #[arg(long)]
    pub list: bool,
    /// List only the operations of this group.
    #[arg(long, value_name = "GROUP", requires = "list")]
    pub group: Option<String>,
    /// Print the request, its string-to-sign and a curl command instead of sending it; secrets are masked.
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// With --dry-run: also print secrets in the request, so that the curl command works; never the secret of the access key.
    #[arg(long, global = true, requires = "dry_run")]
    pub show_secrets: bool,
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
}

/// In what the service answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Accept {
    #[default]
    Json,
    Xml,
}

impl Args for Call {
    fn augment_args(command: Command) -> Command {
        CallOptions::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        CallOptions::augment_args_for_update(command)
    }
}

impl FromArgMatches for Call {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let options = CallOptions::from_arg_matches(matches)?;
        let invocation = match matches.subcommand() {
            Some((name, values)) => Some(invocation(name, values, options.product.as_deref())?),
            None => None,
        };
        Ok(Self { options, invocation })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn invocation(name: &str, matches: &ArgMatches, product: Option<&str>) -> Result<Invocation, clap::Error> {
    let operation = operations::find(name, product)
        .map_err(|failure| clap::Error::raw(ErrorKind::InvalidSubcommand, failure.message()))?;
    let given = |parameter: &'static Parameter| {
        let value = matches.get_one::<String>(&option(parameter.name))?;
        Some((parameter.name, value.clone()))
    };
    Ok(Invocation { operation, values: operation.description.parameters.iter().filter_map(given).collect() })
}

/// The command of one operation: an option for each parameter, made from its description.
pub fn command(operation: &'static Registered) -> Command {
    let description = operation.description;
    let mut about = vec![description.summary.to_owned(), String::new()];
    about.push(format!(
        "{} {} of {} {}",
        description.method.as_str(),
        description.path,
        description.service.title,
        description.service.version
    ));
    if !description.errors.is_empty() {
        about.push(String::new());
        about.push(format!("Documented errors: {}", description.errors.join(", ")));
    }
    Command::new(description.name)
        .about(description.summary)
        .long_about(about.join("\n"))
        .override_usage(format!("sae call {} [--Name VALUE]... [OPTIONS]", description.name))
        .after_help(with_exit_codes(&format!("Example:\n  {}", example(operation))))
        .args(description.parameters.iter().map(parameter_option))
}

/// An example call with the required parameters.
fn example(operation: &'static Registered) -> String {
    let description = operation.description;
    let mut call = format!("sae call {}", description.name);
    if description.service.product != "sae" {
        call.push_str(&format!(" --product {}", description.service.product));
    }
    for parameter in description.parameters.iter().filter(|parameter| parameter.is_required()) {
        let value = parameter.example.or(parameter.values.first().copied()).unwrap_or(
            match (parameter.style, parameter.kind) {
                (_, "boolean") => "true",
                (_, "integer" | "long" | "float" | "double") => "1",
                (Style::Plain, "string") => "VALUE",
                _ => "JSON",
            },
        );
        let value = shell::word(value);
        call.push_str(&format!(" --{} {value}", option(parameter.name)));
    }
    call
}

/// The option of a parameter. If `sae call` has an option of that name, the parameter gets a prefix.
fn parameter_option(parameter: &'static Parameter) -> Arg {
    let name = option(parameter.name);
    let mut help = parameter.doc.to_owned();
    if parameter.is_required() {
        help.push_str(" [required]");
    }
    if let Some(instead) = parameter.deprecated {
        help.push_str(&format!(" [deprecated: {}]", instead.trim_end_matches('.')));
    }
    if let Some(default) = parameter.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    if let Some(example) = parameter.example {
        help.push_str(&format!(" [example: {example}]"));
    }
    let values = choices(parameter.values);
    if values.ends_with('…') {
        help.push_str(&format!(" [one of: {}]", parameter.values.join(", ")));
    }
    let kind = match (parameter.style, parameter.kind) {
        // clap wants a name that lives as long as the program. This leaks once, for the operation that is called.
        _ if !values.is_empty() => values.leak(),
        (Style::Json, _) => "JSON",
        (_, "boolean") => "true|false",
        (_, "integer" | "long") => "INTEGER",
        (_, "float" | "double") => "NUMBER",
        _ => "TEXT",
    };
    let is_taken = OWN_OPTIONS.iter().any(|own| own == parameter.name);
    let other_case = (!is_taken && name != parameter.name).then_some(parameter.name);
    Arg::new(name.clone().into_owned())
        .long(name.into_owned())
        .alias(other_case)
        .value_name(kind)
        .help(help)
        .help_heading("Parameters")
        .allow_hyphen_values(true)
}

/// The values of an enum as a placeholder: `Image|FatJar|…`, as many as fit.
fn choices(values: &[&str]) -> String {
    let mut out = String::new();
    for value in values {
        if !out.is_empty() {
            out.push('|');
        }
        if out.len() + value.len() > LONGEST_CHOICES {
            return out + "…";
        }
        out.push_str(value);
    }
    out
}

/// The option of a parameter, without its dashes: its own name, or `param-NAME` where an option of the program has that name.
fn option(name: &'static str) -> Cow<'static, str> {
    let is_taken = OWN_OPTIONS.iter().any(|own| own.eq_ignore_ascii_case(name));
    if is_taken { format!("param-{name}").into() } else { name.into() }
}

/// The operation that a `sae call` names, found before the command line is parsed: its parameters become options.
pub fn operation(arguments: &[String]) -> Result<Option<&'static Registered>, Failure> {
    let mut rest = arguments.iter().skip(1).map(String::as_str);
    if rest.next() != Some("call") {
        return Ok(None);
    }
    let command = without_operation();
    let takes_value = |argument: &str| {
        let option = command.get_arguments().find(|option| option.get_long() == argument.strip_prefix("--"));
        option.is_some_and(|option| option.get_action().takes_values())
    };
    let mut product = None;
    let mut name = None;
    while let Some(argument) = rest.next() {
        if let Some(value) = argument.strip_prefix("--product=") {
            product = Some(value);
        } else if argument == "--product" {
            product = rest.next();
        } else if argument.starts_with('-') && argument != "-" {
            // Before the name of the operation there can only be options of `call` itself.
            if name.is_none() && !argument.contains('=') && takes_value(argument) {
                rest.next();
            }
        } else {
            name = name.or(Some(argument));
        }
    }
    name.filter(|name| *name != "help").map(|name| operations::find(name, product)).transpose()
}

/// The message for an option that the operation doesn't have.
pub fn misspelt(operation: &'static Registered, error: &clap::Error) -> Option<Failure> {
    let (ErrorKind::UnknownArgument, Some(ContextValue::String(given))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    else {
        return None;
    };
    let given = given.split('=').next().unwrap_or(given);
    let (description, command) = (operation.description, without_operation());
    let name = description.name;
    let parameter = given.trim_start_matches('-');
    let has_it = |other: &&Description| other.parameters.iter().any(|known| known.name == parameter);
    if let Some(other) = operations::namesake(description).filter(has_it) {
        let (own, product) = (description.service.product, other.service.product);
        return Some(Failure::usage(format!(
            "{name} of {own} has no parameter {given}; {name} of {product} has it: add --product {product}"
        )));
    }
    // The other options don't apply to an operation.
    let (taken, others): (Vec<_>, Vec<_>) =
        command.get_arguments().partition(|option| option.is_global_set());
    if others.iter().any(|option| option.get_long() == Some(parameter)) {
        return Some(Failure::usage(format!("{given} takes no operation; leave out {name}")));
    }
    let taken = taken.into_iter().filter_map(Arg::get_long);
    let names = description.parameters.iter().map(|parameter| option(parameter.name));
    let all: Vec<_> = names.chain(taken.map(Into::into)).map(|name| format!("--{name}")).collect();
    let near = did_you_mean(given, all.iter().map(String::as_str));
    Some(Failure::usage(format!(
        "{name} has no parameter {}{near}\n  `sae call {name} --help` shows all of them",
        escape_control(given)
    )))
}

/// `sae call` by itself.
fn without_operation() -> Command {
    CallOptions::augment_args(Command::new("call"))
}

/// The options that `sae call` has itself.
static OWN_OPTIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
    without_operation().get_arguments().filter_map(Arg::get_long).map(str::to_owned).collect()
});

const ABOUT: &str = "Call any operation of SAE or EDAS through its typed request and response.

Standard output is the response with its wire names and nothing else. Credentials come from ALIBABA_CLOUD_ACCESS_KEY_ID, \
ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN, or else from the other sources that official SDKs use; \
`sae doctor` shows which.";
const EXAMPLES: &str = "Examples:
  sae call ListApplications --NamespaceId cn-hangzhou:shop --query 'Data.Applications[].AppName'
  sae call RescaleApplication --AppId 7171a6ca-d1cd-4928-8642-7d5cfe69**** --Replicas 3
  sae call DeployApplication --params @deploy.json --dry-run --output text
  sae call ListAliyunRegion --product edas";
/// Maximum width of the values of an enum as a placeholder; the help lists all of them.
const LONGEST_CHOICES: usize = 48;
