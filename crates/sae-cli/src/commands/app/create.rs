//! `sae app create`: a new application.

use sae::model::{CreateApplication, EnvVar};
use sae::transport::text::escape_control;
use sae::transport::{HasData as _, Operation as _};
use sae_manifest::package_type;
use serde_json::json;

use crate::args::Namespace;
use crate::args::app::{AppCreate, Source};
use crate::commands::parameters;
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::Failure;
use crate::follow::Rollout;
use crate::output::render;
use crate::output::status::status;

pub async fn run(args: AppCreate, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let (name, following, is_deployed) = (args.name.clone(), args.following.clone(), !args.no_deploy);
    let mut request = request(args)?;
    let client = context.client()?;
    if request.namespace_id.is_none() {
        request.namespace_id = resolve::namespace(&client, namespace).await?;
    }
    let reply = client.send(request).await?;
    let made = reply.output.data().cloned().unwrap_or_default();
    let app = made.app_id.unwrap_or_default();
    status!("created {} as {}", escape_control(&name), escape_control(&app));
    match made.change_order_id.filter(|id| !id.is_empty() && is_deployed) {
        Some(order) => Rollout::new(context, &following).made(&app).follow(&client.change_order(order)).await,
        None if context.printer.is_document() => context.printer.print(&json!({ "AppId": app }).to_string()),
        None => render::write(&format!("{}\n", escape_control(&app))),
    }
}

fn request(args: AppCreate) -> Result<CreateApplication, Failure> {
    let Source { image, package } = args.source;
    let kind = package_type(package.as_deref());
    let mut request = CreateApplication::new(args.name, kind, args.replicas);
    request.image_url = image;
    request.package_url = package;
    request.package_version = args.package_version;
    request.jdk = args.jdk;
    request.app_description = args.description;
    request.cpu = args.cpu;
    request.memory = args.memory;
    if args.no_deploy {
        request = request.deploy(false);
    }
    let variables = args.env.iter().map(|pair| variable(pair)).collect::<Result<Vec<_>, _>>()?;
    if !variables.is_empty() {
        request = request.envs(variables);
    }
    let others = args.param.iter().map(String::as_str);
    parameters::set(CreateApplication::DESCRIPTION, &mut request, others)?;
    Ok(request)
}

/// Parses `NAME=VALUE`. An error doesn't show the value, which may be a secret.
fn variable(pair: &str) -> Result<EnvVar, Failure> {
    match pair.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok(EnvVar::new(name).value(value)),
        _ => Err(Failure::usage("--env: expected NAME=VALUE, as in GREETING=hello")),
    }
}
