//! `sae deploy --create`: the application is made where there is none.

use clap::ArgMatches;
use sae::Client;
use sae::change_order::ChangeOrder;
use sae::model::{
    CreateApplication, CreateNamespace, DeployApplication, DescribeNamespaces, ListApplications, PackageType,
};
use sae::transport::Operation as _;

use super::request;
use crate::commands::app;
use crate::failure::Failure;
use crate::parameters;
use crate::shown::shown;
use crate::tell::tell;

/// Creates the application that the command line names, unless there is one.
pub async fn if_missing(client: &Client, options: &ArgMatches) -> Result<Option<ChangeOrder>, Failure> {
    let name = options.get_one::<String>("app").map_or("", String::as_str);
    if app::is_id(name) {
        return Ok(None);
    }
    let namespace = namespace(client, options).await?;
    let mut list = ListApplications::new().app_name(name).page_size(PAGE);
    list.namespace_id.clone_from(&namespace);
    let found = client.items(list).all().await?;
    if found.iter().any(|it| it.app_name.as_deref() == Some(name)) {
        return Ok(None);
    }
    let request = creation(name, namespace, options)?;
    let order = client.submit(request).await?;
    tell!("created {} as {}", shown(name), shown(order.app_id().unwrap_or_default()));
    Ok(Some(order))
}

/// The namespace that the command line names, made where there is none and its identifier is given in full.
async fn namespace(client: &Client, options: &ArgMatches) -> Result<Option<String>, Failure> {
    let Some(given) = options.get_one::<String>("namespace") else { return Ok(None) };
    let Some((region, short)) = given.split_once(':') else {
        return app::in_namespace(client, options).await;
    };
    if short.is_empty() {
        return Err(Failure::usage(format!("-n: {given:?} is no namespace; expected REGION:NAME")));
    }
    let all = client.items(DescribeNamespaces::new(1, PAGE)).all().await?;
    if short != region && all.iter().all(|it| it.namespace_id.as_deref() != Some(given)) {
        client.send(CreateNamespace::new(short).namespace_id(given)).await?;
        tell!("created the namespace {}", shown(given));
    }
    Ok(Some(given.clone()))
}

fn creation(
    name: &str,
    namespace: Option<String>,
    options: &ArgMatches,
) -> Result<CreateApplication, Failure> {
    let deployment = request::build(DeployApplication::new(""), options)?;
    let package = match (&deployment.image_url, &deployment.package_url) {
        (None, None) => {
            return Err(Failure::usage("--create needs --image or --package: there is no such application"));
        }
        (_, Some(url)) if app::is_war(url) => PackageType::War,
        (_, Some(_)) => PackageType::FatJar,
        _ => PackageType::Image,
    };
    let mut request = CreateApplication::new(name, package, deployment.replicas.unwrap_or(1));
    request.namespace_id = namespace;
    request.image_url = deployment.image_url;
    request.package_url = deployment.package_url;
    request.package_version = deployment.package_version;
    request.cpu = deployment.cpu;
    request.memory = deployment.memory;
    request.envs = deployment.envs;
    request.readiness = deployment.readiness;
    request.liveness = deployment.liveness;
    // Those that only a deployment has say how instances are replaced, and there are none yet.
    let known = |pair: &&String| {
        let name = pair.split('=').next().unwrap_or_default();
        CreateApplication::DESCRIPTION.parameters.iter().any(|parameter| parameter.name == name)
    };
    let others = options.get_many::<String>("param").into_iter().flatten().filter(known);
    parameters::set(CreateApplication::DESCRIPTION, &mut request, others.map(String::as_str))?;
    Ok(request)
}

const PAGE: i64 = 100;
