//! `sae deploy --create`: creates the application if it doesn't exist.

use std::time::{Duration, Instant};

use sae::change_order::ChangeOrder;
use sae::deploy::{Token, look_up};
use sae::model::{
    Application, CreateApplication, CreateNamespace, DeployApplication, DescribeNamespaces, ListApplications,
};
use sae::transport::text::escape_control;
use sae::transport::{Operation as _, Retry};
use sae::{Client, Error, ErrorKind};
use sae_manifest::package_type;

use super::request;
use super::resumption::Named;

use crate::args::Namespace;
use crate::args::deploy::Deploy;
use crate::commands::parameters;
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::Failure;
use crate::follow;
use crate::output::status::status;
use crate::output::waiting::{self, Reason};

/// Creates the application unless it exists. The token is put into its description.
pub async fn if_missing(
    client: &Client,
    named: &Named,
    args: &Deploy,
    context: &Context,
) -> Result<Option<ChangeOrder>, Failure> {
    let name = args.application.name()?;
    if resolve::is_id(name) {
        return Ok(None);
    }
    let namespace = namespace(client, &args.namespace).await?;
    let mut list = ListApplications::new().app_name(name).page_size(PAGE);
    list.namespace_id.clone_from(&namespace);
    if found(client, &list).await?.is_some() {
        return Ok(None);
    }
    let mut request = creation(name, namespace, args)?;
    request.app_description = Some(named.token.append_to(&request.app_description.unwrap_or_default()));
    let order = match client.submit(request).await {
        Err(error) if error.is_outcome_unknown() => {
            let limit = follow::limit(&args.following.limits, &context.connection).min(ARRIVAL);
            adopted(client, &list, &named.token, limit).await.ok_or(error)?
        }
        // Another run of the same job may have just created it.
        Err(error) if named.is_given && error.kind() == ErrorKind::Service => {
            adopted(client, &list, &named.token, Duration::ZERO).await.ok_or(error)?
        }
        submitted => submitted?,
    };
    let id = order.app_id().map(|id| format!(" as {}", escape_control(id))).unwrap_or_default();
    status!("created {}{id}", escape_control(name));
    Ok(Some(order))
}

/// Finds the application with this name.
async fn found(client: &Client, list: &ListApplications) -> Result<Option<Application>, Error> {
    let found = client.items(list.clone()).all().await?;
    Ok(found.into_iter().find(|it| it.app_name == list.app_name))
}

/// Waits until the creation with this token is found, at most for this time.
async fn adopted(
    client: &Client,
    list: &ListApplications,
    token: &Token,
    limit: Duration,
) -> Option<ChangeOrder> {
    let started = Instant::now();
    loop {
        let look = async {
            let Some(app) = found(client, list).await?.and_then(|it| it.app_id) else { return Ok(None) };
            Ok::<_, Error>(look_up(client, &app, Some(token)).await?.latest)
        };
        match look.await {
            Ok(Some(found)) => return Some(found.order),
            Err(error) if !matches!(error.retry(), Retry::Transient | Retry::Throttled) => return None,
            looked => {
                let left = limit.saturating_sub(started.elapsed());
                if left.is_zero() {
                    return None;
                }
                let why = looked.err().map(|error| format!(": {error}")).unwrap_or_default();
                waiting::because(Reason {
                    what: format!("the application may have been created; searching for it{why}"),
                    next: "retries",
                    wait: None,
                    left,
                });
                tokio::time::sleep(EVERY).await;
            }
        }
    }
}

/// The ID of the namespace. Creates it if it doesn't exist and is given as REGION:NAME.
async fn namespace(client: &Client, namespace: &Namespace) -> Result<Option<String>, Failure> {
    let Some(given) = &namespace.namespace else { return Ok(None) };
    let Some((region, short)) = given.split_once(':') else {
        return resolve::namespace(client, namespace).await;
    };
    if short.is_empty() {
        return Err(Failure::usage(format!("-n: {given:?} is not a namespace; expected REGION:NAME")));
    }
    let all = client.items(DescribeNamespaces::new(1, PAGE)).all().await?;
    if short != region && all.iter().all(|it| it.namespace_id.as_deref() != Some(given)) {
        client.send(CreateNamespace::new(short).namespace_id(given)).await?;
        status!("created the namespace {}", escape_control(given));
    }
    Ok(Some(given.clone()))
}

fn creation(name: &str, namespace: Option<String>, args: &Deploy) -> Result<CreateApplication, Failure> {
    let deployment = request::build(DeployApplication::new(""), args)?;
    if deployment.image_url.is_none() && deployment.package_url.is_none() {
        return Err(Failure::usage("--create needs --image or --package: the application doesn't exist"));
    }
    let package = package_type(deployment.package_url.as_deref());
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
    // Parameters that only DeployApplication has are about replacing instances, and there are none yet.
    let known = |pair: &&String| {
        let name = pair.split('=').next().unwrap_or_default();
        CreateApplication::DESCRIPTION.parameters.iter().any(|parameter| parameter.name == name)
    };
    let others = args.settings.param.iter().filter(known);
    parameters::set(CreateApplication::DESCRIPTION, &mut request, others.map(String::as_str))?;
    Ok(request)
}

const PAGE: i64 = 100;
/// Maximum time until a creation is visible: by then the request has arrived or never will.
const ARRIVAL: Duration = Duration::from_secs(30);
const EVERY: Duration = Duration::from_secs(1);
