//! The command line: its commands, options and help.

use clap::{Arg, ArgAction, Command, value_parser};
use sae::transport::{Parameter, Registered, Style};

use crate::failure::Failure;
use crate::{operations, render};

/// The operation that a `sae call` names, found before the command line is parsed: its parameters become options.
pub fn operation(arguments: &[String]) -> Result<Option<&'static Registered>, Failure> {
    let mut rest = arguments.iter().skip(1).map(String::as_str);
    if rest.next() != Some("call") {
        return Ok(None);
    }
    let mut product = None;
    let mut name = None;
    while let Some(argument) = rest.next() {
        if let Some(value) = argument.strip_prefix("--product=") {
            product = Some(value);
        } else if argument == "--product" {
            product = rest.next();
        } else if argument.starts_with('-') && argument != "-" {
            // Until the operation is named, only the options of `call` itself can come.
            if name.is_none() && !argument.contains('=') && OPTIONS.contains(&argument) {
                rest.next();
            }
        } else {
            name = name.or(Some(argument));
        }
    }
    name.filter(|name| *name != "help").map(|name| operations::find(name, product)).transpose()
}

/// Options of `sae call` that take a value.
const OPTIONS: [&str; 10] = [
    "--group",
    "--params",
    "--endpoint",
    "--region",
    "--accept",
    "--signature",
    "--timeout",
    "--max-attempts",
    "--output",
    "--product",
];

/// The whole command tree; the operation's own command is in it if one is called.
pub fn build(operation: Option<&'static Registered>) -> Command {
    Command::new("sae")
        .about("Deploy and watch applications on Alibaba Cloud SAE (Serverless App Engine)")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .max_term_width(110)
        .subcommand(call(operation))
        .subcommand(sign())
        .subcommand(local())
        .subcommand(demo())
}

fn call(operation: Option<&'static Registered>) -> Command {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).global(true)
    };
    let command = Command::new("call")
        .about("Call any operation of SAE or EDAS through its typed request and answer")
        .long_about(
            "Call any operation of SAE or EDAS through its typed request and answer.\n\n\
             Standard output is the answer with its wire names and nothing else. Credentials come from \
             ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and ALIBABA_CLOUD_SECURITY_TOKEN.",
        )
        .override_usage("sae call [OPTIONS] OPERATION [--Name VALUE]...")
        .after_help(EXIT_CODES)
        .subcommand_value_name("OPERATION")
        .subcommand_help_heading("Operation")
        .disable_help_subcommand(true)
        .arg(option("product", "PRODUCT", "Service that offers the operation").value_parser(["sae", "edas"]))
        .arg(option(
            "params",
            "JSON|@FILE|-",
            "Parameters as one JSON object: given here, in a file, or on standard input",
        ))
        .arg(option("endpoint", "URL", "Address of the service, instead of the region's"))
        .arg(option("region", "ID", "Region, as in cn-hangzhou [env: ALIBABA_CLOUD_REGION_ID]"))
        .arg(
            option("accept", "FORM", "Form in which the service answers")
                .value_parser(["json", "xml"])
                .default_value("json"),
        )
        .arg(
            option("signature", "SCHEME", "How the request is signed")
                .value_parser(["roa", "acs3"])
                .default_value("roa"),
        )
        .arg(
            option("timeout", "SECONDS", "Limit on the whole call, retries included [default: 60]")
                .value_parser(seconds),
        )
        .arg(
            option("max-attempts", "N", "How often to try at most [default: 3]")
                .value_parser(value_parser!(u32).range(1..=100)),
        )
        .arg(
            option("output", "FORM", "How to print the answer")
                .value_parser(["json", "table", "text"])
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
                .help("Print the request instead of sending it, secrets blanked"),
        );
    match operation {
        Some(operation) => command.subcommand(operation_command(operation)),
        None => command,
    }
}

/// The command of one operation: an option for each parameter, made from its description.
fn operation_command(operation: &'static Registered) -> Command {
    let description = operation.description;
    let parameters = description.parameters.iter().filter(|parameter| !is_taken(parameter.name));
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
        .args(parameters.map(parameter_option))
}

/// A call with what the service requires.
fn example(operation: &'static Registered) -> String {
    let description = operation.description;
    let mut call = format!("sae call {}", description.name);
    if description.service.product != "sae" {
        call.push_str(&format!(" --product {}", description.service.product));
    }
    for parameter in description.parameters.iter().filter(|parameter| parameter.required) {
        let value = parameter.example.unwrap_or(match (parameter.style, parameter.kind) {
            (_, "boolean") => "true",
            (_, "integer" | "long" | "float" | "double") => "1",
            (Style::Plain, "string") => "VALUE",
            _ => "JSON",
        });
        // As a POSIX shell reads it.
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/,@%+=".contains(c);
        let value = if value.chars().all(plain) {
            value.to_owned()
        } else {
            format!("'{}'", value.replace('\'', "'\\''"))
        };
        call.push_str(&format!(" --{} {value}", parameter.name));
    }
    call
}

/// Options of the program itself win; such a parameter can still be given with `--params`.
fn is_taken(name: &str) -> bool {
    OPTIONS.iter().any(|option| option.trim_start_matches('-') == name) || ["dry-run", "help"].contains(&name)
}

fn parameter_option(parameter: &'static Parameter) -> Arg {
    let mut help = parameter.doc.to_owned();
    if parameter.required {
        help.push_str(" [required]");
    }
    if let Some(default) = parameter.default {
        help.push_str(&format!(" [default: {default}]"));
    }
    if let Some(example) = parameter.example {
        help.push_str(&format!(" [example: {example}]"));
    }
    let kind = match (parameter.style, parameter.kind) {
        (Style::Json, _) => "JSON",
        (_, "boolean") => "true|false",
        (_, "integer" | "long") => "INTEGER",
        (_, "float" | "double") => "NUMBER",
        _ => "TEXT",
    };
    Arg::new(parameter.name)
        .long(parameter.name)
        .value_name(kind)
        .help(help)
        .help_heading("Parameters")
        .allow_hyphen_values(true)
}

fn sign() -> Command {
    let text = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("TEXT|@FILE|-")
            .required(true)
            .allow_hyphen_values(true)
            .help(help)
    };
    Command::new("sign")
        .about("Sign requests, or explain why a signature was refused")
        .arg_required_else_help(true)
        .args_conflicts_with_subcommands(true)
        .disable_help_subcommand(true)
        .arg(Arg::new("jsonl").long("jsonl").action(ArgAction::SetTrue).help(
            "Read requests on standard input, one JSON object a line, and answer each with its signature",
        ))
        .subcommand(
            Command::new("explain")
                .about("Compare the own string-to-sign with the server's and name the cause of the refusal")
                .arg(text("own", "The own string-to-sign; for ACS3 the canonical request"))
                .arg(text("server", "The server's string-to-sign, or the message that holds it")),
        )
}

fn local() -> Command {
    Command::new("local")
        .about("Run a local SAE that official SDKs can talk to")
        .long_about(
            "Run a local SAE that official SDKs can talk to.\n\n\
             The first line on standard output is `listening http://HOST:PORT`, once calls are accepted. Standard error \
             tells of each request: time (UTC), status, operation, tenant, duration, error code. State is kept in memory and \
             gone when the program ends, unless --data names a folder for it. Under /_local/ programs drive time, faults and state; GET it for what there is.",
        )
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("HOST:PORT")
                .value_parser(value_parser!(std::net::SocketAddr))
                .default_value("127.0.0.1:8080")
                .help("Address to listen on; port 0 takes a free one"),
        )
        .arg(Arg::new("data").long("data").value_name("DIR").help("Keep state in this folder, made if it isn't there: what was answered survives even a kill [default: in memory]"))
        .arg(
            Arg::new("access-key")
                .long("access-key")
                .value_name("ID:SECRET[:TOKEN]")
                .action(ArgAction::Append)
                .help(
                    "Access key to accept, each a tenant of its own; may be repeated. One with a security token is good \
                     with that token alone [default: local:local-secret]",
                ),
        )
        .arg(
            Arg::new("pace")
                .long("pace")
                .value_name("PACE")
                .value_parser(["instant", "brisk", "watchable", "cloud"])
                .default_value("brisk")
                .help("How long things take: nothing, tenths of a second, seconds, or as in the cloud"),
        )
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("FILE")
                .help("Make the calls in this JSON file first: {\"calls\":[{\"operation\":NAME,\"params\":{…}}]}"),
        )
        .arg(
            Arg::new("quiet")
                .long("quiet")
                .short('q')
                .action(ArgAction::SetTrue)
                .help("Say nothing on standard error unless something fails"),
        )
}

fn demo() -> Command {
    Command::new("demo")
        .about("Watch an application's whole life on a local SAE: no account, no network, ten seconds")
}

fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "expected a number of seconds".to_owned())?;
    if seconds > 0.0 && seconds <= 86_400.0 {
        Ok(std::time::Duration::from_secs_f64(seconds))
    } else {
        Err("expected more than 0 and at most 86400 seconds".to_owned())
    }
}

/// Prints what clap has to say. Help and version are no failures.
pub fn report(error: &clap::Error) -> Result<(), Failure> {
    let printed = error.print();
    match error.exit_code() {
        0 => render::is_read(printed).map(|_| ()),
        _ => Err(Failure::Printed(2)),
    }
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 anything else, 2 usage, 3 refused by the service, 4 outcome unknown, 5 rollout \
failed, 6 rolled back or aborted, 7 waits for confirmation, 8 timed out.";
