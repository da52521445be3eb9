//! `sae configure`: profiles, in the file that the `aliyun` program has.

mod file;
mod members;
mod profile;
mod secret;

use std::io::IsTerminal as _;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command};
use sae::credentials::Environment;

use self::file::File;
use self::profile::Profile;
use sae::transport::text::escape_control;

use crate::failure::Failure;
use crate::list::Table;
use crate::render::Output;
use crate::session::{self, Printer};
use crate::tell::{self, tell};
use crate::{confirm, parameters};

/// The command line.
pub fn command() -> Command {
    let list = Command::new("list").visible_alias("ls").about("List the profiles; * marks the current one");
    let show = Command::new("show").about("Show a profile, its secrets hidden");
    let set = Command::new("set")
        .about("Make or change a profile; what isn't given stays as it is")
        .arg(text("access-key-id", "ID", "Access key"))
        .arg(
            text(
                "access-key-secret",
                "TEXT|@FILE|-",
                "Its secret; from a file or standard input no one sees it in the list of processes",
            )
            .allow_hyphen_values(true),
        )
        .arg(
            text("security-token", "TEXT|@FILE|-", "Token of a temporary access key")
                .allow_hyphen_values(true),
        )
        .arg(text("region-id", "ID", "Region, as in cn-hangzhou"))
        .arg(text("role-arn", "ARN", "RAM role to assume with the access key"))
        .arg(text("role-session-name", "NAME", "Name of the role's sessions").requires("role-arn"))
        .arg(
            text("instance-role", "NAME", "RAM role of the ECS instance, instead of an access key")
                .conflicts_with_all(["access-key-id", "access-key-secret", "security-token", "role-arn"]),
        )
        .arg(
            Arg::new("current")
                .long("current")
                .action(ArgAction::SetTrue)
                .help("Make it the profile that is used where none is named"),
        );
    let delete = Command::new("delete").visible_alias("rm").about("Delete a profile");
    let command = Command::new("configure")
        .about("Keep access keys and regions as profiles")
        .long_about(
            "Keep access keys and regions as profiles, in the file that the aliyun program has: ~/.aliyun/config.json, or where \
             ALIBABA_CLOUD_CONFIG_FILE says. Without a verb it asks for them on a terminal.\n\n\
             Commands call as the current profile, or as the one that ALIBABA_CLOUD_PROFILE names, unless the environment has a \
             key; as the one of --profile whatever the environment has.",
        )
        .disable_help_subcommand(true)
        .subcommand_value_name("VERB")
        .subcommand_help_heading("Verbs")
        .arg(text("profile", "NAME", "Profile that is meant [default: the current one; delete has none]").global(true))
        .subcommand(list.after_help("Example:\n  sae configure list"))
        .subcommand(show.after_help("Example:\n  sae configure show --profile staging --output json"))
        .subcommand(set.after_help(SET_EXAMPLES))
        .subcommand(confirm::argument(delete).after_help("Example:\n  sae configure delete --profile staging --yes"))
        .after_help("Examples:\n  sae configure\n  sae configure --profile staging");
    session::output_arguments(command, Output::Table)
}

fn text(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help).value_parser(trimmed)
}

/// The white space around it was copied along.
fn trimmed(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("it is empty"),
        text => Ok(text.to_owned()),
    }
}

pub fn run(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("list", options)) => list(options),
        Some(("show", options)) => show(options),
        Some(("set", options)) => set(options),
        Some((_, options)) => delete(options),
        None => ask(matches),
    }
}

/// The files that hold secrets, where they are on this machine.
pub fn secret_files() -> Vec<PathBuf> {
    let environment = Environment::process();
    let shared = session::variable("ALIBABA_CLOUD_CREDENTIALS_FILE").map(PathBuf::from);
    let of_sdks = [".alibabacloud/credentials", ".alibabacloud/credentials.ini"];
    let of_sdks = of_sdks.into_iter().filter_map(|name| environment.home(name).ok());
    file::path().into_iter().chain(shared).chain(of_sdks).collect()
}

/// What to do where no credentials were found, in the profile of this name or at all.
pub fn advice(profile: Option<&str>) -> String {
    let file = match File::read() {
        Ok(file) => file,
        Err(failure) => return failure.message(),
    };
    let Some(name) = profile else {
        return "run `sae configure`, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
            .to_owned();
    };
    let (word, verb) = (session::word(name), if file.profile(name).is_ok() { "mends" } else { "makes" });
    format!(
        "name another (`sae configure list` shows them); `sae configure --profile {word}` {verb} this one"
    )
}

fn list(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let file = File::read()?;
    let current = file.current().unwrap_or_default();
    let listed: Vec<_> = match options.get_one::<String>("profile") {
        Some(name) => vec![file.profile(name)?],
        None => file.profiles().collect(),
    };
    if printer.is_document() {
        let profiles: Vec<_> = listed.into_iter().map(Profile::without_secrets).collect();
        let document = serde_json::json!({ "current": current, "profiles": profiles });
        return printer.print(&serde_json::to_string_pretty(&document).unwrap_or_default());
    }
    let mut table = Table::new(
        &["PROFILE", "CURRENT", "MODE", "ACCESS KEY", "REGION"],
        &["REGION", "MODE", "ACCESS KEY"],
    );
    for profile in listed {
        let text = |member| profile.text(member);
        let mark = if profile.text("name") == current { "*" } else { "" };
        table.row(vec![
            text("name"),
            mark.to_owned(),
            text("mode"),
            text("access_key_id"),
            text("region_id"),
        ]);
    }
    table.print(&printer, "no profiles; `sae configure` makes one")
}

fn show(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let file = File::read()?;
    let profile = file.profile(&meant(&file, options))?;
    printer.print(&serde_json::to_string_pretty(&profile.without_secrets()).unwrap_or_default())
}

/// The name of the profile that the command line means.
fn meant(file: &File, options: &ArgMatches) -> String {
    let given = options.get_one::<String>("profile").cloned();
    given.or_else(|| file.current()).unwrap_or_else(|| "default".to_owned())
}

fn set(options: &ArgMatches) -> Result<(), Failure> {
    let mut file = File::read()?;
    let name = meant(&file, options);
    let mut profile = file.profile(&name).map_or_else(|_| Profile::new(&name), Clone::clone);
    let given = |option: &str| options.get_one::<String>(option).map(String::as_str);
    let secret = |option: &str| {
        let text = given(option).map(|value| parameters::text(value, &format!("--{option}"))).transpose()?;
        Ok::<_, Failure>(text.map(|text| text.trim().to_owned()))
    };
    for (option, member) in [
        ("region-id", "region_id"),
        ("role-arn", "ram_role_arn"),
        ("role-session-name", "ram_session_name"),
        ("instance-role", "ram_role_name"),
    ] {
        if let Some(value) = given(option) {
            profile.set(member, value);
        }
    }
    for (option, mode) in [("role-arn", "RamRoleArn"), ("instance-role", "EcsRamRole")] {
        if given(option).is_some() {
            profile.set("mode", mode);
        }
    }
    if let Some(id) = given("access-key-id") {
        profile.set_key(id);
    }
    if let Some(secret) = secret("access-key-secret")? {
        profile.set("access_key_secret", &secret);
    }
    if let Some(token) = secret("security-token")? {
        profile.set_token(&token);
    }
    profile.check()?;
    let is_first = file.current().is_none();
    file.put(profile);
    if is_first || options.get_flag("current") {
        file.make_current(&name);
    }
    file.write()?;
    tell!("profile {} is written to {}", escape_control(&name), file.place());
    Ok(())
}

fn delete(options: &ArgMatches) -> Result<(), Failure> {
    let mut file = File::read()?;
    let Some(name) = options.get_one::<String>("profile").cloned() else {
        return Err(Failure::usage("say which profile to delete, by --profile"));
    };
    file.profile(&name)?;
    confirm::ask(&format!("delete the profile {name}"), options)?;
    file.delete(&name);
    file.write()?;
    tell!("profile {} is deleted from {}", escape_control(&name), file.place());
    match file.current() {
        Some(current) => tell!("the current profile is {}", escape_control(&current)),
        None => tell!("no profile is left"),
    }
    Ok(())
}

/// Asks for an access key and a region. An empty answer leaves what there is.
fn ask(options: &ArgMatches) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(
            "there is no terminal to ask on; `sae configure set --help` shows how to give everything as options",
        ));
    }
    let mut file = File::read()?;
    let name = meant(&file, options);
    let mut profile = file.profile(&name).map_or_else(|_| Profile::new(&name), Clone::clone);
    tell!("Profile {} in {}; Enter keeps what stands in brackets.", escape_control(&name), file.place());
    let id = question("Access key id", &profile.text("access_key_id"), false)?;
    let kept = if profile.text("access_key_secret").is_empty() { "" } else { "hidden" };
    let secret = question("Access key secret", kept, true)?;
    let region = question("Region", &profile.text("region_id"), false)?;
    if let Some(id) = id {
        profile.set_key(&id);
    }
    if let Some(secret) = secret {
        profile.set("access_key_secret", &secret);
    }
    if let Some(region) = region {
        profile.set("region_id", &region);
    }
    profile.check()?;
    file.put(profile);
    file.make_current(&name);
    file.write()?;
    tell!("Written; it is the current profile. `sae doctor` checks whether it works.");
    Ok(())
}

/// The answer, unless it is empty.
fn question(what: &str, kept: &str, is_secret: bool) -> Result<Option<String>, Failure> {
    let question =
        if kept.is_empty() { format!("{what}: ") } else { format!("{what} [{}]: ", escape_control(kept)) };
    let line = if is_secret {
        secret::ask(&question)
    } else {
        tell::part(&question);
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map(|_| line)
    };
    let line = line.map_err(|error| Failure::other(format!("no answer can be read: {error}")))?;
    let line = line.trim();
    if line.contains(char::is_control) {
        return Err(Failure::usage(format!(
            "the answer to {what:?} holds a control character; nothing was written"
        )));
    }
    Ok((!line.is_empty()).then(|| line.to_owned()))
}

const SET_EXAMPLES: &str = "Examples:
  sae configure set --access-key-id LTAI5t... --access-key-secret @secret.txt --region-id cn-hangzhou
  pass show aliyun | sae configure set --profile staging --access-key-id LTAI5t... --access-key-secret -
  sae configure set --profile on-ecs --instance-role deployer --region-id cn-hangzhou --current";
