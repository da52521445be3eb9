//! `sae export`: prints a manifest of the present state.

use sae::Client;
use sae::transport::text::escape_control;

use crate::args::Output;
use crate::args::manifest::{self, Export};
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifest::keys::{self, Key, PACKAGE};
use crate::manifest::live::Condition;
use crate::manifest::write::{Document, Form};
use crate::manifest::{Value, Variables, live};
use crate::output::render;
use crate::output::status::status;

pub async fn run(mut args: Export) -> Result<Exit, Failure> {
    let connection = std::mem::take(&mut args.connection);
    let context = Context::new(connection, &Output::default())?;
    let document = found(&context.client()?, &args).await?;
    let form = match args.form {
        manifest::Form::Toml => Form::Toml,
        manifest::Form::Yaml => Form::Yaml,
        manifest::Form::Json => Form::Json,
    };
    let with_secrets = args.with_secrets;
    let (keys, slb, namespace) = (keys::application(), keys::slb(), keys::namespace());
    let document = Document {
        namespaces: document
            .namespaces
            .iter()
            .map(|value| written(value, &namespace, &[], with_secrets))
            .collect(),
        applications: document
            .applications
            .iter()
            .map(|value| written(value, &keys, &slb, with_secrets))
            .collect(),
    };
    if with_secrets {
        let mut masked = Vec::new();
        for application in &document.applications {
            application.placeholders(application.name().unwrap_or_default(), &mut masked);
        }
        for path in masked {
            status!("note: the service doesn't show {}: it is written as unchanged", escape_control(&path));
        }
    }
    render::write(&document.text(form)?)?;
    Ok(Exit::DONE)
}

/// Reads the namespaces and applications to export, with all settings.
async fn found(client: &Client, args: &Export) -> Result<Document, Failure> {
    let only = Some(args.application.name()?).filter(|name| !name.is_empty());
    let namespace = resolve::namespace(client, &args.namespace).await?;
    let mut running = live::applications(client, namespace.as_deref()).await?;
    running.retain(|running| only.is_none_or(|name| name == running.name));
    if let (Some(name), true) = (only, running.is_empty()) {
        return Err(Failure::usage(format!("there is no application {name:?} to export")));
    }
    let mut namespaces = live::namespaces(client).await?;
    namespaces.retain(|found| {
        let id = found.get("id").and_then(Value::as_text).unwrap_or_default();
        // The default namespace of a region always exists and can't be created.
        let is_wanted = namespace.as_deref().is_none_or(|wanted| wanted == id) && id.contains(':');
        is_wanted && (only.is_none() || running.iter().any(|running| running.namespace == id))
    });
    running.sort_by(|a, b| (&a.namespace, &a.name).cmp(&(&b.namespace, &b.name)));
    let mut applications = Vec::new();
    for running in &running {
        let mut application = live::application(client, running).await?;
        let condition = live::condition(client, running).await?;
        if let (Value::Table(members), Condition::Stopped | Condition::Idle) = (&mut application, condition) {
            members.push(("deploy".to_owned(), Value::Bool(false)));
        }
        applications.push(application);
    }
    Ok(Document { namespaces, applications })
}

/// The settings that are written, in the order of the keys.
fn written(value: &Value, keys: &[Key], slb: &[Key], with_secrets: bool) -> Value {
    let is_image = value.get("image").is_some();
    let mut members = Vec::new();
    for key in keys {
        let name = key.field.key.as_str();
        // The service generates it for each deployment of an image.
        if name == "package_version" && is_image {
            continue;
        }
        // Zero instances and no deployment are settings, not defaults.
        let is_wish = matches!(name, "replicas" | "deploy");
        let said =
            |value: &Value| value.pruned(&key.field.shape, name).or_else(|| is_wish.then(|| value.clone()));
        let kept = value.get(name).and_then(said);
        if let Some(kept) = kept {
            let hidden = kept.hidden(&key.field.shape, name, key.field.secret, Variables::Hidden);
            let shown = match hidden {
                _ if with_secrets => kept,
                // A partly hidden URL can't be used.
                hidden if name == PACKAGE && hidden != kept => Value::Unchanged,
                hidden => hidden,
            };
            members.push((name.to_owned(), shown));
        }
    }
    if let (Some(bound), false) = (value.get("slb"), slb.is_empty()) {
        let bound = written(bound, slb, &[], with_secrets);
        if !bound.members().is_empty() {
            members.push(("slb".to_owned(), bound));
        }
    }
    Value::Table(members)
}
