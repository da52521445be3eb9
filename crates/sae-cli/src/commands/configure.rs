//! `sae configure`: profiles, in the file that the `aliyun` program has.

mod file;
mod members;
mod profile;
mod secret;

use std::io::IsTerminal as _;
use std::path::PathBuf;

use sae::credentials::Variables;
use sae::transport::text::escape_control;

use self::file::File;
use self::profile::Profile;
use crate::args::Confirmation;
use crate::args::configure::{Configure, ConfigureSet, ConfigureVerb};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input::{self, variable};
use crate::output::confirm;
use crate::output::list::Table;
use crate::output::printer::Printer;
use crate::output::status::{self, status};
use crate::shell;

pub fn run(args: Configure) -> Result<Exit, Failure> {
    let Configure { profile, output, verb } = args;
    match verb {
        Some(ConfigureVerb::List) => list(profile.as_deref(), &Printer::new(&output)?)?,
        Some(ConfigureVerb::Show) => show(profile, &Printer::new(&output)?)?,
        Some(ConfigureVerb::Set(args)) => set(profile, &args)?,
        Some(ConfigureVerb::Delete(confirmation)) => delete(profile, confirmation)?,
        None => ask(profile)?,
    }
    Ok(Exit::DONE)
}

/// The files that may hold secrets on this machine.
pub fn secret_files() -> Vec<PathBuf> {
    let variables = Variables::process();
    let shared = variable("ALIBABA_CLOUD_CREDENTIALS_FILE").map(PathBuf::from);
    let of_sdks = [".alibabacloud/credentials", ".alibabacloud/credentials.ini"];
    let of_sdks = of_sdks.into_iter().filter_map(|name| variables.home(name).ok());
    file::path().into_iter().chain(shared).chain(of_sdks).collect()
}

/// Advice if no credentials were found, in this profile or at all.
pub fn advice(profile: Option<&str>) -> String {
    let file = match File::read() {
        Ok(file) => file,
        Err(failure) => return failure.message(),
    };
    let Some(name) = profile else {
        return "run `sae configure`, or set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
            .to_owned();
    };
    let (word, verb) = (shell::word(name), if file.profile(name).is_ok() { "mends" } else { "makes" });
    format!(
        "name another (`sae configure list` shows them); `sae configure --profile {word}` {verb} this one"
    )
}

fn list(profile: Option<&str>, printer: &Printer) -> Result<(), Failure> {
    let file = File::read()?;
    let current = file.current().unwrap_or_default();
    let listed: Vec<_> = match profile {
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
    table.print(printer, "no profiles; `sae configure` creates one")
}

fn show(profile: Option<String>, printer: &Printer) -> Result<(), Failure> {
    let file = File::read()?;
    let profile = file.profile(&meant(&file, profile))?;
    printer.print(&serde_json::to_string_pretty(&profile.without_secrets()).unwrap_or_default())
}

/// The profile to use: the given one, else the current one.
fn meant(file: &File, profile: Option<String>) -> String {
    profile.or_else(|| file.current()).unwrap_or_else(|| "default".to_owned())
}

fn set(profile: Option<String>, args: &ConfigureSet) -> Result<(), Failure> {
    let mut file = File::read()?;
    let name = meant(&file, profile);
    let mut profile = file.profile(&name).map_or_else(|_| Profile::new(&name), Clone::clone);
    for (value, member) in [
        (&args.region_id, "region_id"),
        (&args.role_arn, "ram_role_arn"),
        (&args.role_session_name, "ram_session_name"),
        (&args.instance_role, "ram_role_name"),
    ] {
        if let Some(value) = value {
            profile.set(member, value);
        }
    }
    for (value, mode) in [(&args.role_arn, "RamRoleArn"), (&args.instance_role, "EcsRamRole")] {
        if value.is_some() {
            profile.set("mode", mode);
        }
    }
    if let Some(id) = &args.access_key_id {
        profile.set_key(id);
    }
    if let Some(value) = &args.access_key_secret {
        profile.set("access_key_secret", input::text_or_file(value, "--access-key-secret")?.trim());
    }
    if let Some(value) = &args.security_token {
        profile.set_token(input::text_or_file(value, "--security-token")?.trim());
    }
    profile.check()?;
    let is_first = file.current().is_none();
    file.put(profile);
    if is_first || args.current {
        file.make_current(&name);
    }
    file.write()?;
    status!("profile {} is written to {}", escape_control(&name), file.place());
    Ok(())
}

fn delete(profile: Option<String>, confirmation: Confirmation) -> Result<(), Failure> {
    let mut file = File::read()?;
    let Some(name) = profile else {
        return Err(Failure::usage("--profile must name the profile to delete"));
    };
    file.profile(&name)?;
    confirm::ask(&format!("delete the profile {name}"), confirmation)?;
    file.delete(&name);
    file.write()?;
    status!("profile {} is deleted from {}", escape_control(&name), file.place());
    match file.current() {
        Some(current) => status!("the current profile is {}", escape_control(&current)),
        None => status!("no profile is left"),
    }
    Ok(())
}

/// Asks for an access key and a region. An empty answer keeps the present value.
fn ask(profile: Option<String>) -> Result<(), Failure> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err(Failure::usage(
            "there is no terminal to ask on; use `sae configure set`, which takes everything as options",
        ));
    }
    let mut file = File::read()?;
    let name = meant(&file, profile);
    let mut profile = file.profile(&name).map_or_else(|_| Profile::new(&name), Clone::clone);
    status!(
        "Profile {} in {}; press Enter to keep the value in brackets.",
        escape_control(&name),
        file.place()
    );
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
    status!("Written; it is the current profile. `sae doctor` checks whether it works.");
    Ok(())
}

/// Asks a question; `None` if the answer is empty.
fn question(what: &str, kept: &str, is_secret: bool) -> Result<Option<String>, Failure> {
    let question =
        if kept.is_empty() { format!("{what}: ") } else { format!("{what} [{}]: ", escape_control(kept)) };
    let line = if is_secret {
        secret::ask(&question)
    } else {
        status::part(&question);
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
