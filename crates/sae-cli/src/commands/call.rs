//! `sae call`: any operation, through its typed request and answer.

mod dry_run;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::transport::text::escape_control;
use sae::transport::{Description, Parameter, Registered, Style};
use sae::{Credentials, Format, NoteKind};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::nearest::nearest;
use crate::render::{self, Output};
use crate::session::{self, Printer};
use crate::tell::tell;
use crate::tree::EXIT_CODES;
use crate::{block_on, operations, parameters};

/// The command line; the operation's own command is in it if one is called.
pub fn command(operation: Option<&'static Registered>) -> Command {
    match operation {
        Some(operation) => alone().subcommand(operation_command(operation)),
        None => alone(),
    }
}

/// The command line that shells complete: operations are words of it, not commands.
pub fn outlined() -> Command {
    let names = PossibleValuesParser::new(operations::names());
    alone().arg(Arg::new("operation").value_name("OPERATION").value_parser(names))
}

/// The command line without any operation.
pub fn alone() -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).global(true)
    };
    let command = Command::new("call")
        .about("Call any operation of SAE or EDAS through its typed request and answer")
        .long_about(
            "Call any operation of SAE or EDAS through its typed request and answer.\n\n\
             Standard output is the answer with its wire names and nothing else. Credentials come from \
             ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN, or else from the \
             other places where official SDKs look; `sae doctor` tells which.",
        )
        .override_usage("sae call [OPTIONS] OPERATION [--Name VALUE]...")
        .after_help(format!("{EXAMPLES}\n\n{EXIT_CODES}"))
        .subcommand_value_name("OPERATION")
        .subcommand_help_heading("Operation")
        .disable_help_subcommand(true)
        .arg_required_else_help(true)
        .arg(option("product", "PRODUCT", "Service that offers the operation").value_parser(["sae", "edas"]))
        .arg(option(
            "params",
            "JSON|@FILE|-",
            "Parameters as one JSON object: given here, in a file, or on standard input",
        ))
        .arg(
            option("accept", "FORM", "Form in which the service answers")
                .value_parser(["json", "xml"])
                .default_value("json"),
        )
        .arg(
            Arg::new("list")
                .long("list")
                .action(ArgAction::SetTrue)
                .help("List the operations, by group, instead of calling one"),
        )
        .arg(
            Arg::new("group")
                .long("group")
                .value_name("GROUP")
                .requires("list")
                .help("List the operations of this group alone"),
        )
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .global(true)
                .help("Print the request, what is signed of it and a curl command instead of sending it; secrets are blanked"),
        )
        .arg(
            Arg::new("show-secrets")
                .long("show-secrets")
                .action(ArgAction::SetTrue)
                .global(true)
                .requires("dry-run")
                .help("With --dry-run: print what may be secret in the request, too, so that the curl command can be run; never the access key's secret"),
        );
    session::arguments(command, Output::Json)
}

/// The command of one operation: an option for each parameter, made from its description.
fn operation_command(operation: &'static Registered) -> Command {
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
        .after_help(format!("Example:\n  {}\n\n{EXIT_CODES}", example(operation)))
        .args(description.parameters.iter().map(parameter_option))
}

/// A call with what the service requires.
fn example(operation: &'static Registered) -> String {
    let description = operation.description;
    let mut call = format!("sae call {}", description.name);
    if description.service.product != "sae" {
        call.push_str(&format!(" --product {}", description.service.product));
    }
    for parameter in description.parameters.iter().filter(|parameter| parameter.required) {
        let value = parameter.example.or(parameter.values.first().copied()).unwrap_or(
            match (parameter.style, parameter.kind) {
                (_, "boolean") => "true",
                (_, "integer" | "long" | "float" | "double") => "1",
                (Style::Plain, "string") => "VALUE",
                _ => "JSON",
            },
        );
        let value = session::word(value);
        call.push_str(&format!(" --{} {value}", parameters::option(parameter.name)));
    }
    call
}

/// Where an option of `sae call` has the name of the parameter, both can be given.
fn parameter_option(parameter: &'static Parameter) -> Arg {
    let option = parameters::option(parameter.name);
    let mut help = parameter.doc.to_owned();
    if parameter.required {
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
        // Names of values live as long as the program for clap; these are made once, for the operation that is called.
        _ if !values.is_empty() => values.leak(),
        (Style::Json, _) => "JSON",
        (_, "boolean") => "true|false",
        (_, "integer" | "long") => "INTEGER",
        (_, "float" | "double") => "NUMBER",
        _ => "TEXT",
    };
    let is_taken = parameters::OWN_OPTIONS.iter().any(|own| own == parameter.name);
    let other_case = (!is_taken && option != parameter.name).then_some(parameter.name);
    Arg::new(option.clone().into_owned())
        .long(option.into_owned())
        .alias(other_case)
        .value_name(kind)
        .help(help)
        .help_heading("Parameters")
        .allow_hyphen_values(true)
}

/// The values of a closed set as a placeholder: `Image|FatJar|…`, as many as fit.
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

/// The operation that a `sae call` names, found before the command line is parsed: its parameters become options.
pub fn operation(arguments: &[String]) -> Result<Option<&'static Registered>, Failure> {
    let mut rest = arguments.iter().skip(1).map(String::as_str);
    if rest.next() != Some("call") {
        return Ok(None);
    }
    let command = alone();
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
            // Until the operation is named, only the options of `call` itself can come.
            if name.is_none() && !argument.contains('=') && takes_value(argument) {
                rest.next();
            }
        } else {
            name = name.or(Some(argument));
        }
    }
    name.filter(|name| *name != "help").map(|name| operations::find(name, product)).transpose()
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    if matches.get_flag("list") {
        return list(matches);
    }
    let Some((name, options)) = matches.subcommand() else {
        return Err(Failure::usage("no operation; name one, as in `sae call ListApplications`"));
    };
    let operation = operations::find(name, text("product"))?;
    let params = options.get_one::<String>("params").map(String::as_str);
    let request = parameters::request(operation, params, options)?;
    let printer = Printer::new(options)?;
    let mut builder = session::builder(options)?;
    if options.get_one::<String>("accept").is_some_and(|form| form == "xml") {
        builder = builder.format(Format::Xml);
    }
    if options.get_flag("dry-run") {
        // Nothing is signed with this key: it only stands where a client wants one.
        let client = builder.credentials(Credentials::new("dry-run", "none")).environment().build()?;
        return dry_run::print(operation, &client, request, options, &printer);
    }
    let client = builder.environment().build()?;
    let reply = block_on(async { Ok(client.send_registered(operation, &*request).await?) })?;
    for note in &reply.notes {
        let path = escape_control(&note.path);
        let more = match note.count {
            1 => String::new(),
            count => format!(" (and {} more like it)", count - 1),
        };
        match note.kind {
            NoteKind::Unknown => {
                tell!("note: this version does not know {path}{more}; it is printed as it came");
            }
            NoteKind::Repeated => {
                tell!("note: {path} came more than once{more}; all of its values are printed");
            }
            _ => tell!("note: the value of {path} fits no reading of its field; it is printed as it came"),
        }
    }
    printer.print_value(&reply)
}

/// Lists operations instead of calling one.
fn list(matches: &ArgMatches) -> Result<(), Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let (product, group) = (text("product"), text("group"));
    let printer = Printer::new(matches)?;
    let listing = operations::listing(product, group)?;
    if matches.value_source("output") != Some(ValueSource::CommandLine) && !printer.has_query() {
        return render::write(&listing);
    }
    let is_wanted = |it: &&Description| {
        product.is_none_or(|wanted| wanted == it.service.product)
            && group.is_none_or(|wanted| wanted == it.group)
    };
    let listed = operations::all().filter(is_wanted).map(|it| {
        json!({ "Name": it.name, "Product": it.service.product, "Group": it.group, "Summary": it.summary })
    });
    printer.print(&listed.collect::<Value>().to_string())
}

/// What to say of an option that the operation doesn't have.
pub fn misspelt(operation: &'static Registered, error: &clap::Error) -> Option<Failure> {
    let (ErrorKind::UnknownArgument, Some(ContextValue::String(given))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    else {
        return None;
    };
    let given = given.split('=').next().unwrap_or(given);
    let (description, command) = (operation.description, alone());
    let name = description.name;
    let parameter = given.trim_start_matches('-');
    let has_it = |other: &&Description| other.parameters.iter().any(|known| known.name == parameter);
    if let Some(other) = operations::namesake(description).filter(has_it) {
        let (own, product) = (description.service.product, other.service.product);
        return Some(Failure::usage(format!(
            "{name} of {own} has no parameter {given}; {name} of {product} has it: add --product {product}"
        )));
    }
    // The others are about no operation.
    let (taken, others): (Vec<_>, Vec<_>) =
        command.get_arguments().partition(|option| option.is_global_set());
    if others.iter().any(|option| option.get_long() == Some(parameter)) {
        return Some(Failure::usage(format!("{given} takes no operation; leave out {name}")));
    }
    let taken = taken.into_iter().filter_map(Arg::get_long);
    let names = description.parameters.iter().map(|parameter| parameters::option(parameter.name));
    let all: Vec<_> = names.chain(taken.map(Into::into)).map(|name| format!("--{name}")).collect();
    let near = nearest(given, all.iter().map(String::as_str));
    Some(Failure::usage(format!(
        "{name} has no parameter {}{near}\n  `sae call {name} --help` shows all of them",
        escape_control(given)
    )))
}

const EXAMPLES: &str = "Examples:
  sae call ListApplications --NamespaceId cn-hangzhou:shop --query 'Data.Applications[].AppName'
  sae call RescaleApplication --AppId 7171a6ca-d1cd-4928-8642-7d5cfe69**** --Replicas 3
  sae call DeployApplication --params @deploy.json --dry-run --output text
  sae call ListAliyunRegion --product edas";

/// How wide the values of a closed set may be as a placeholder; the help has the rest.
const LONGEST_CHOICES: usize = 48;
