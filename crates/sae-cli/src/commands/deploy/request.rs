//! What a deployment sets, from the options of the command line.

use clap::{Arg, ArgAction, ArgMatches};
use sae::Client;
use sae::model::{
    BatchReleaseType, BatchUpdate, DeployApplication, DescribeApplicationConfig, EnvVar, GrayUpdate,
    UpdateStrategy, UpdateStrategyType,
};
use sae::transport::Operation as _;

use super::probe;
use crate::failure::Failure;
use crate::number::at_least;
use crate::{parameters, span};

pub fn arguments() -> Vec<Arg> {
    let text = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).help_heading(VERSION)
    };
    let number = |name: &'static str, value: &'static str, help: &'static str| {
        text(name, value, help).value_parser(at_least::<1>)
    };
    vec![
        text("image", "URL", "Image that its instances run").conflicts_with("package"),
        text("package", "URL", "JAR, WAR or ZIP file that its instances run"),
        text("package-version", "VERSION", "Version of the package, a text of your own").requires("package"),
        text("env", "NAME=VALUE", "Environment variable of the instances; the others stay; may be repeated")
            .short('e')
            .action(ArgAction::Append),
        text("unset-env", "NAME", "Environment variable to take away; may be repeated")
            .action(ArgAction::Append),
        text(
            "readiness",
            "CHECK",
            "When an instance is ready: http:PORT/PATH, https:PORT/PATH, tcp:PORT, exec:COMMAND or JSON",
        ),
        text(
            "liveness",
            "CHECK",
            "Whether an instance is alive, else it is restarted; written like --readiness",
        ),
        text("replicas", "N", "How many instances are wanted").value_parser(at_least::<0>),
        number("cpu", "MILLICORES", "CPU of an instance, as `sae spec list` shows them").requires("memory"),
        number("memory", "MB", "Memory of an instance").requires("cpu"),
        text("param", "NAME=VALUE", "Any other parameter of DeployApplication; may be repeated")
            .action(ArgAction::Append),
        text("description", "TEXT", "What the change order says about itself"),
        number("batches", "N", "Batches in which instances are replaced; with --canary, those after it")
            .help_heading(ROLLOUT),
        number("canary", "N", "Replace this many instances first, as a batch of their own")
            .help_heading(ROLLOUT),
        Arg::new("manual")
            .long("manual")
            .action(ArgAction::SetTrue)
            .help("Wait for `sae order confirm` after each batch")
            .help_heading(ROLLOUT),
        text(
            "batch-wait",
            "MINUTES",
            "How long to wait between two batches, as in 5 or 5m; whole minutes are what the service knows",
        )
        .value_parser(minutes)
        .conflicts_with("manual")
        .help_heading(ROLLOUT),
    ]
}

/// Whether the command line has anything to deploy.
pub fn has_changes(options: &ArgMatches) -> bool {
    const CHANGES: [&str; 10] = [
        "image",
        "package",
        "env",
        "unset-env",
        "readiness",
        "liveness",
        "replicas",
        "cpu",
        "memory",
        "param",
    ];
    CHANGES.iter().any(|name| options.contains_id(name))
}

/// The request with what the command line sets. Environment variables are those of the command line alone.
pub fn build(mut request: DeployApplication, options: &ArgMatches) -> Result<DeployApplication, Failure> {
    let text = |name: &str| options.get_one::<String>(name).cloned();
    let number = |name: &str| options.get_one::<i64>(name).copied();
    if let Some(empty) =
        ["image", "package"].into_iter().find(|name| text(name).is_some_and(|it| it.is_empty()))
    {
        return Err(Failure::usage(format!(
            "--{empty} is empty: is a variable of the command line not set?"
        )));
    }
    request.image_url = text("image");
    request.package_url = text("package");
    request.package_version = text("package-version");
    request.replicas = number("replicas");
    request.cpu = number("cpu");
    request.memory = number("memory");
    request.change_order_desc = text("description");
    if let Some(check) = text("readiness") {
        request.readiness = Some(probe::read(&check, "readiness")?);
    }
    if let Some(check) = text("liveness") {
        request.liveness = Some(probe::read(&check, "liveness")?);
    }
    let variables = variables(options)?;
    if !variables.is_empty() {
        request = request.envs(variables);
    }
    if let Some(strategy) = strategy(options)? {
        request = request.update_strategy(strategy);
    }
    let others = options.get_many::<String>("param").into_iter().flatten().map(String::as_str);
    parameters::set(DeployApplication::DESCRIPTION, &mut request, others)?;
    Ok(request)
}

/// Adds the variables that the application has already: the service takes the list as a whole. One that is given by `--param`
/// is the whole.
pub async fn keep_variables(
    client: &Client,
    request: &mut DeployApplication,
    options: &ArgMatches,
) -> Result<(), Failure> {
    let is_whole =
        options.get_many::<String>("param").into_iter().flatten().any(|pair| pair.starts_with("Envs="));
    if is_whole || !(options.contains_id("env") || options.contains_id("unset-env")) {
        return Ok(());
    }
    let config = client.send(DescribeApplicationConfig::new(&request.app_id)).await?.into_data()?;
    let present = match config.envs {
        None => Vec::new(),
        Some(envs) if envs.to_text().trim().is_empty() => Vec::new(),
        Some(envs) => envs.into_value().ok_or_else(|| {
            Failure::other(
                "the environment variables that the application has can't be read, so that they would be lost; \
                 give all of them by --param Envs=JSON",
            )
        })?,
    };
    let set = variables(options)?;
    let unset: Vec<&String> = options.get_many("unset-env").into_iter().flatten().collect();
    if let Some(unknown) = unset.iter().find(|name| present.iter().all(|it| it.name != ***name)) {
        return Err(Failure::usage(format!("--unset-env: the application has no variable {unknown}")));
    }
    let is_kept = |it: &EnvVar| !unset.contains(&&it.name) && set.iter().all(|new| new.name != it.name);
    let mut all: Vec<EnvVar> = present.into_iter().filter(is_kept).collect();
    all.extend(set);
    request.envs = Some(all.into());
    Ok(())
}

/// The variables that the command line sets. The last of a name wins.
pub fn variables(options: &ArgMatches) -> Result<Vec<EnvVar>, Failure> {
    let mut variables: Vec<EnvVar> = Vec::new();
    for pair in options.get_many::<String>("env").into_iter().flatten() {
        // The value is not shown: it may be a secret.
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Failure::usage("--env: expected NAME=VALUE, as in GREETING=hello"));
        };
        variables.retain(|it| it.name != name);
        variables.push(EnvVar::new(name).value(value));
    }
    Ok(variables)
}

fn strategy(options: &ArgMatches) -> Result<Option<UpdateStrategy>, Failure> {
    let number = |name: &str| options.get_one::<i64>(name).copied();
    let (batches, canary, wait) = (number("batches"), number("canary"), number("batch-wait"));
    let manual = options.get_flag("manual");
    if batches.is_none() && canary.is_none() {
        let option = if manual { "--manual" } else { "--batch-wait" };
        return if manual || wait.is_some() {
            Err(Failure::usage(format!("{option} needs --batches or --canary")))
        } else {
            Ok(None)
        };
    }
    let release = if manual { BatchReleaseType::Manual } else { BatchReleaseType::Auto };
    let mut update = BatchUpdate::new(batches.unwrap_or(1)).release_type(release);
    update.batch_wait_time = wait;
    let strategy = UpdateStrategy::new().batch_update(update);
    Ok(Some(match canary {
        Some(canary) => {
            strategy.r#type(UpdateStrategyType::GrayBatchUpdate).gray_update(GrayUpdate::new(canary))
        }
        None => strategy.r#type(UpdateStrategyType::BatchUpdate),
    }))
}

/// Whole minutes; a number by itself counts them.
fn minutes(text: &str) -> Result<i64, String> {
    if let Ok(minutes) = text.parse::<u16>() {
        return Ok(minutes.into());
    }
    let seconds = span::parse(text).ok_or("expected minutes, as in 5 or 5m")?.as_secs();
    if seconds % 60 != 0 {
        return Err("the service waits whole minutes".to_owned());
    }
    i64::try_from(seconds / 60).map_err(|_| "too long".to_owned())
}

const VERSION: &str = "What to deploy";
const ROLLOUT: &str = "How to replace instances";
