//! `sae app`: applications.

mod change;
mod create;
mod look;

pub use create::is_war;

use clap::{Arg, ArgGroup, ArgMatches, Command};
use sae::Client;

use crate::failure::Failure;
use crate::session;

/// The command line.
pub fn command() -> Command {
    let noun = with_namespace(session::noun("app", "Applications", EXAMPLES));
    let mut verbs: Vec<_> =
        look::commands().into_iter().chain([create::command()]).chain(change::commands()).collect();
    verbs.sort_by_key(|verb| ORDER.iter().position(|name| *name == verb.get_name()));
    noun.subcommands(verbs)
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    let (verb, options) = session::verb(matches)?;
    match verb {
        "list" | "show" | "history" => look::run(verb, options),
        "create" => create::run(options),
        _ => change::run(verb, options),
    }
}

/// Adds the application that a command is about: a word of the command line or `--app`.
pub fn with_application(command: Command) -> Command {
    let word = Arg::new("named")
        .value_name("APP")
        .help("Name or identifier of the application; NAMESPACE/NAME where the name alone is not enough");
    let option = Arg::new("app").long("app").value_name("APP").help("The same as an option");
    command
        .arg(word)
        .arg(option)
        .group(ArgGroup::new("application").args(["named", "app"]).multiple(true).required(true))
}

/// Adds the namespace in which names are looked up.
pub fn with_namespace(command: Command) -> Command {
    command.arg(namespace())
}

/// The namespace in which names are looked up.
pub fn namespace() -> Arg {
    Arg::new("namespace")
        .long("namespace")
        .short('n')
        .value_name("NAMESPACE")
        .global(true)
        .overrides_with("namespace")
        .help("Namespace, as in cn-hangzhou:shop or shop")
}

/// The application as the command line has it. Fails if it names two.
pub fn given(options: &ArgMatches) -> Result<&str, Failure> {
    let given = |name| options.try_get_one::<String>(name).ok().flatten().map(String::as_str);
    match (given("named"), given("app")) {
        (Some(word), Some(option)) if word != option => Err(Failure::usage(format!(
            "{word:?} and --app {option} are two applications: leave out one of them"
        ))),
        (word, option) => Ok(word.or(option).unwrap_or_default()),
    }
}

/// The identifier of the application that the command line names.
pub async fn named(client: &Client, options: &ArgMatches) -> Result<String, Failure> {
    let name = given(options)?;
    let namespace = options.try_get_one::<String>("namespace").ok().flatten();
    // An identifier is taken at its word: to list applications may not be allowed.
    if is_id(name) && namespace.is_none() {
        return Ok(name.to_owned());
    }
    let found = match namespace {
        Some(namespace) if name.contains('/') => {
            return Err(Failure::usage(format!(
                "{name:?} names its namespace, and so does -n {namespace}: leave out one of them"
            )));
        }
        Some(namespace) => client.resolve_application(&format!("{namespace}/{name}")).await?,
        None => client.resolve_application(name).await?,
    };
    found.app_id.ok_or_else(|| Failure::other(format!("the service tells no identifier of {name:?}")))
}

/// How the next command names the application that this one names.
pub fn repeated(options: &ArgMatches) -> String {
    let namespace = options.get_one::<String>("namespace");
    let namespace = namespace.map(|name| format!(" -n {}", session::word(name))).unwrap_or_default();
    format!("--app {}{namespace}", session::word(given(options).unwrap_or_default()))
}

/// The identifier of the namespace that the command line names.
pub async fn in_namespace(client: &Client, options: &ArgMatches) -> Result<Option<String>, Failure> {
    match options.get_one::<String>("namespace") {
        Some(namespace) => Ok(Some(namespace_id(client, namespace).await?)),
        None => Ok(None),
    }
}

/// The identifier of a namespace; one that is written out is taken at its word.
pub async fn namespace_id(client: &Client, text: &str) -> Result<String, Failure> {
    if text.contains(':') {
        return Ok(text.to_owned());
    }
    let found = client.resolve_namespace(text).await?.namespace_id;
    found.ok_or_else(|| Failure::other(format!("the service tells no identifier of {text:?}")))
}

/// Whether a text is an identifier.
pub fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

const EXAMPLES: &str = "Examples:
  sae app list
  sae app show shop
  sae app scale shop 5";
/// The verbs as a person looks for them.
const ORDER: [&str; 10] =
    ["list", "show", "create", "start", "stop", "restart", "scale", "resize", "history", "delete"];
