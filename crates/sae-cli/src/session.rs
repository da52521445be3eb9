//! What every command that talks to the service has in common: its options, the client that they make, and how the
//! result is printed.

use std::sync::Arc;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use jmespath::Expression;
use sae::credentials::Chain;
use sae::transport::text::escape_control;
use sae::{Client, Scheme};

use crate::failure::Failure;
use crate::query;
use crate::render::{self, Output};
use crate::{number, span, waiting};

fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name(value)
        .help(help)
        .global(true)
        .overrides_with(name)
        .help_heading(HEADING)
}

/// Adds the options to a command and to those below it.
pub fn arguments(command: Command, output: Output) -> Command {
    output_arguments(connection_arguments(command), output)
}

/// Adds those that tell how to reach the service.
pub fn connection_arguments(command: Command) -> Command {
    command
        .arg(option(
            "profile",
            "NAME",
            "Profile of ~/.aliyun/config.json; comes before a key in the environment",
        ))
        .arg(option("endpoint", "URL", "Address of the service, instead of the region's"))
        .arg(option("region", "ID", "Region, as in cn-hangzhou [env: ALIBABA_CLOUD_REGION_ID]"))
        .arg(
            option("signature", "SCHEME", "How requests are signed; roa can't clear a value")
                .value_parser(["roa", "acs3"])
                .default_value("acs3"),
        )
        .arg(
            option("timeout", "SECONDS", "Limit on a call, retries included [default: 60]")
                .value_parser(seconds),
        )
        .arg(
            option("max-attempts", "N", "How often to try a call at most [default: 3]")
                .value_parser(value_parser!(u32).range(1..=100)),
        )
        .arg(
            option(
                "answer-memory",
                "N",
                "Memory that an answer may take once it is read, in bytes, as in 64M [default: 8 times \
                 its bytes and 1M] [env: ALIBABA_CLOUD_SAE_ANSWER_MEMORY]",
            )
            .value_parser(number::bytes),
        )
}

/// Adds those of a command that only prints something.
pub fn output_arguments(command: Command, output: Output) -> Command {
    command
        .arg(
            option("output", "FORM", "How to print the result")
                .value_parser(PossibleValuesParser::new(Output::NAMES))
                .default_value(output.name()),
        )
        .arg(option("query", "JMESPATH", "Print the part of the result that this expression picks"))
        .arg(
            option("wide", "", "Hide and cut nothing to fit the terminal")
                .value_name(None)
                .action(ArgAction::SetTrue),
        )
}

/// The settings of a client, as far as the command line has them.
pub fn builder(options: &ArgMatches) -> Result<sae::Builder, Failure> {
    let text = |name: &str| options.get_one::<String>(name).cloned();
    let mut builder = Client::builder();
    if let Some(profile) = text("profile") {
        builder = builder.profile(profile);
    }
    if let Some(endpoint) = text("endpoint") {
        builder = builder.endpoint(endpoint);
    }
    if let Some(region) = text("region") {
        builder = builder.region(region);
    }
    if let Some(scheme) = text("signature") {
        builder =
            builder.signature(scheme.parse::<Scheme>().map_err(|error| Failure::usage(error.to_string()))?);
    }
    if let Some(timeout) = options.get_one::<Duration>("timeout") {
        builder = builder.timeout(*timeout).attempt_timeout(*timeout);
    }
    if let Some(attempts) = options.get_one::<u32>("max-attempts") {
        builder = builder.max_attempts(*attempts);
    }
    let memory =
        options.get_one::<usize>("answer-memory").copied().map_or_else(answer_memory, |it| Ok(Some(it)))?;
    if let Some(bytes) = memory {
        builder = builder.answer_memory(bytes);
    }
    let attempt = options.get_one::<Duration>("timeout").copied().unwrap_or(ATTEMPT);
    Ok(builder.exchange(Arc::new(waiting::Explained::new(attempt))).on_retry(waiting::retries))
}

/// The memory that answers may take, as the environment has it.
fn answer_memory() -> Result<Option<usize>, Failure> {
    let given = variable(ANSWER_MEMORY);
    let bytes = given.map(|text| number::bytes(&text)).transpose();
    bytes.map_err(|error| Failure::usage(format!("{ANSWER_MEMORY}: {error}")))
}

/// The client that the command line and the environment make.
pub fn client(options: &ArgMatches) -> Result<Client, Failure> {
    Ok(builder(options)?.environment().build()?)
}

/// The region that the command line, the environment or the profile names, in the order of the client.
pub fn region(options: &ArgMatches) -> Option<String> {
    let variable = || variable("ALIBABA_CLOUD_REGION_ID");
    let profile = options.get_one::<String>("profile");
    let chain = || match profile {
        Some(profile) => Chain::new().profile(profile),
        None => Chain::new(),
    };
    let given = options.get_one::<String>("region").cloned();
    given.or_else(|| variable().filter(|_| profile.is_none())).or_else(|| chain().region()).or_else(variable)
}

/// A variable of the environment; an empty one counts as missing.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A command that is a noun; its verbs come below it.
pub fn noun(name: &'static str, about: &'static str, examples: &'static str) -> Command {
    let command = Command::new(name)
        .about(about)
        .after_help(examples)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand_value_name("VERB")
        .subcommand_help_heading("Verbs");
    arguments(command, Output::Table)
}

/// The verb that the command line has, with its options.
pub fn verb(matches: &ArgMatches) -> Result<(&str, &ArgMatches), Failure> {
    matches.subcommand().ok_or_else(|| Failure::usage("no verb; --help lists them"))
}

/// How the result is to be printed.
pub struct Printer {
    output: Output,
    query: Option<Expression<'static>>,
    wide: bool,
}

impl Printer {
    /// As the command line has it; refuses a query that is none before anything is called.
    pub fn new(options: &ArgMatches) -> Result<Self, Failure> {
        let query = options.get_one::<String>("query").map(|text| query::parse(text)).transpose()?;
        Ok(Self { output: output(options), query, wide: options.get_flag("wide") })
    }

    /// The form.
    pub const fn output(&self) -> Output {
        self.output
    }

    /// Whether everything is shown, whatever the width of the terminal.
    pub const fn is_wide(&self) -> bool {
        self.wide
    }

    /// Whether a part is picked.
    pub const fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// Whether the result goes to a program, so that it has to be complete.
    pub const fn is_document(&self) -> bool {
        self.has_query() || matches!(self.output, Output::Json | Output::Yaml)
    }

    /// Whether the result goes to a person, who wants what matters of it.
    pub const fn is_page(&self) -> bool {
        !self.has_query() && matches!(self.output, Output::Table)
    }

    /// Prints a JSON document, or what the query picks of it.
    pub fn print(&self, json: &str) -> Result<(), Failure> {
        match &self.query {
            Some(query) => render::print(&render::pick(json, query)?, self.output, self.wide),
            None => render::print(json, self.output, self.wide),
        }
    }

    /// The same for a value, of which no text is made where it can be written at once.
    pub fn print_value(&self, value: &impl serde::Serialize) -> Result<(), Failure> {
        if self.query.is_none() {
            return render::print_value(value, self.output, self.wide);
        }
        let json = serde_json::to_string(value)
            .map_err(|error| Failure::other(format!("the result can't be shown: {error}")))?;
        self.print(&json)
    }
}

fn output(options: &ArgMatches) -> Output {
    options.get_one::<String>("output").map_or(Output::Json, |name| Output::named(name))
}

/// A time as the command line has it.
pub fn seconds(text: &str) -> Result<Duration, String> {
    let time = span::parse(text).ok_or("expected a number of seconds, or a time as in 90s, 10m, 1h30m")?;
    if time > Duration::ZERO && time <= Duration::from_hours(24) {
        Ok(time)
    } else {
        Err("expected more than 0 and at most 86400 seconds".to_owned())
    }
}

/// The options of this command line that reach the same service as the same account: for commands that are shown to be
/// typed next.
pub fn repeated(options: &ArgMatches) -> String {
    let given = ["profile", "endpoint", "region", "signature"].into_iter().filter_map(|name| {
        let is_given = options.value_source(name) == Some(ValueSource::CommandLine);
        let value = options.get_one::<String>(name).filter(|_| is_given)?;
        Some(format!(" --{name} {}", word(value)))
    });
    given.collect()
}

/// One word of a command line, as a POSIX shell reads it.
pub fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/,@%+=".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// How long an attempt may take unless --timeout says: the library's limit.
const ATTEMPT: Duration = Duration::from_secs(30);
/// One word of a command line of bash that can be pasted: no character in it steers a terminal, ends the line or calls back a command of
/// before.
pub fn bash_word(text: &str) -> String {
    if escape_control(text) == text {
        return word(text);
    }
    let mut out = String::from("$'");
    for c in text.chars() {
        let is_plain = !matches!(c, '\'' | '\\' | '!')
            && escape_control(c.encode_utf8(&mut [0; 4])) == *c.encode_utf8(&mut [0; 4]);
        if is_plain {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
    }
    out + "'"
}

const ANSWER_MEMORY: &str = "ALIBABA_CLOUD_SAE_ANSWER_MEMORY";
const HEADING: &str = "Connection and output";
