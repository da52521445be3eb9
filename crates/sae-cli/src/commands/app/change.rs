//! What starts a change order of an application that exists.

use sae::Client;
use sae::change_order::ChangeOrder;
use sae::model::{
    DeleteApplication, RescaleApplication, RescaleApplicationVertically, RestartApplication,
    StartApplication, StopApplication,
};

use crate::args::app::AppVerb;
use crate::args::{Application, Following, Namespace};
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::Failure;
use crate::follow::Rollout;
use crate::output::confirm;

pub async fn run(verb: &AppVerb, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let Some((application, following)) = options(verb) else { return Ok(()) };
    let client = context.client()?;
    let app = resolve::application(&client, application, namespace).await?;
    if let AppVerb::Delete(args) = verb {
        confirm::ask(&format!("delete the application {}", application.name()?), args.confirmation)?;
    }
    let order = started(&client, verb, app).await?;
    Rollout::new(context, following).follow(&order).await
}

/// The application and how to follow the change order; `None` for verbs that don't change an application.
fn options(verb: &AppVerb) -> Option<(&Application, &Following)> {
    match verb {
        AppVerb::Start(args) | AppVerb::Stop(args) | AppVerb::Restart(args) => {
            Some((&args.application, &args.following))
        }
        AppVerb::Scale(args) => Some((&args.application, &args.following)),
        AppVerb::Resize(args) => Some((&args.application, &args.following)),
        AppVerb::Delete(args) => Some((&args.application, &args.following)),
        AppVerb::List(_) | AppVerb::Show(_) | AppVerb::Create(_) | AppVerb::History(_) => None,
    }
}

async fn started(client: &Client, verb: &AppVerb, app: String) -> Result<ChangeOrder, Failure> {
    Ok(match verb {
        AppVerb::Start(_) => client.submit(StartApplication::new(app)).await?,
        AppVerb::Stop(_) => client.submit(StopApplication::new(app)).await?,
        AppVerb::Scale(args) => client.submit(RescaleApplication::new(app, args.replicas)).await?,
        AppVerb::Resize(args) => {
            let (cpu, memory) = (args.cpu.to_string(), args.memory.to_string());
            client.submit(RescaleApplicationVertically::new(app, cpu, memory)).await?
        }
        AppVerb::Delete(_) => client.submit(DeleteApplication::new(app)).await?,
        _ => client.submit(RestartApplication::new(app)).await?,
    })
}
