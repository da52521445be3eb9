//! Builds the request of a deployment from the options.

use sae::Client;
use sae::model::{
    BatchReleaseType, BatchUpdate, DeployApplication, DescribeApplicationConfig, EnvVar, GrayUpdate,
    UpdateStrategy, UpdateStrategyType,
};
use sae::transport::Operation as _;

use super::probe;
use crate::args::deploy::{Deploy, Settings, Strategy};
use crate::commands::parameters;
use crate::failure::Failure;

/// Builds the request. Environment variables are only those of the command line.
pub fn build(mut request: DeployApplication, args: &Deploy) -> Result<DeployApplication, Failure> {
    let settings = &args.settings;
    for (option, value) in [("image", &settings.image), ("package", &settings.package)] {
        if value.as_ref().is_some_and(String::is_empty) {
            return Err(Failure::usage(format!(
                "--{option} is empty: is a variable of the command line not set?"
            )));
        }
    }
    request.image_url.clone_from(&settings.image);
    request.package_url.clone_from(&settings.package);
    request.package_version.clone_from(&settings.package_version);
    request.replicas = settings.replicas;
    request.cpu = settings.cpu;
    request.memory = settings.memory;
    request.change_order_desc.clone_from(&settings.description);
    if let Some(check) = &settings.readiness {
        request.readiness = Some(probe::read(check, "readiness")?);
    }
    if let Some(check) = &settings.liveness {
        request.liveness = Some(probe::read(check, "liveness")?);
    }
    let variables = variables(&settings.env)?;
    if !variables.is_empty() {
        request = request.envs(variables);
    }
    if let Some(strategy) = strategy(&args.strategy)? {
        request = request.update_strategy(strategy);
    }
    let others = settings.param.iter().map(String::as_str);
    parameters::set(DeployApplication::DESCRIPTION, &mut request, others)?;
    Ok(request)
}

/// Adds the present environment variables of the application, because the service replaces the whole list. A list given with `--param`
/// is complete.
pub async fn keep_variables(
    client: &Client,
    request: &mut DeployApplication,
    settings: &Settings,
) -> Result<(), Failure> {
    let is_whole = settings.param.iter().any(|pair| pair.starts_with("Envs="));
    if is_whole || !settings.sets_variables() {
        return Ok(());
    }
    let config = client.send(DescribeApplicationConfig::new(&request.app_id)).await?.into_data()?;
    let present = match config.envs {
        None => Vec::new(),
        Some(envs) if envs.to_text().trim().is_empty() => Vec::new(),
        Some(envs) => envs.into_value().ok_or_else(|| {
            Failure::other(
                "the environment variables of the application can't be read and would be lost; \
                 set all of them with --param Envs=JSON",
            )
        })?,
    };
    let set = variables(&settings.env)?;
    let unset = &settings.unset_env;
    if let Some(unknown) = unset.iter().find(|name| present.iter().all(|it| it.name != **name)) {
        return Err(Failure::usage(format!("--unset-env: the application has no variable {unknown}")));
    }
    let is_kept = |it: &EnvVar| !unset.contains(&it.name) && set.iter().all(|new| new.name != it.name);
    let mut all: Vec<EnvVar> = present.into_iter().filter(is_kept).collect();
    all.extend(set);
    request.envs = Some(all.into());
    Ok(())
}

/// Parses environment variables. If a name is given twice, the last one counts.
fn variables(pairs: &[String]) -> Result<Vec<EnvVar>, Failure> {
    let mut variables: Vec<EnvVar> = Vec::new();
    for pair in pairs {
        // The value isn't shown: it may be a secret.
        let Some((name, value)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Failure::usage("--env: expected NAME=VALUE, as in GREETING=hello"));
        };
        variables.retain(|it| it.name != name);
        variables.push(EnvVar::new(name).value(value));
    }
    Ok(variables)
}

fn strategy(strategy: &Strategy) -> Result<Option<UpdateStrategy>, Failure> {
    let Strategy { batches, canary, manual, batch_wait: wait } = *strategy;
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
