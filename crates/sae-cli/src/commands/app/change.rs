//! What starts a change order of an application that exists.

use sae::Client;
use sae::change_order::ChangeOrder;
use sae::model::{
    DeleteApplication, RescaleApplication, RescaleApplicationVertically, RestartApplication,
    StartApplication, StopApplication,
};

use crate::args::app::{AppChange, AppDelete, AppResize, AppScale};
use crate::args::{Application, Following, Namespace};
use crate::commands::resolve;
use crate::context::Context;
use crate::failure::Failure;
use crate::follow::Rollout;
use crate::output::confirm;

/// What changes an application.
pub enum Change {
    Start(AppChange),
    Stop(AppChange),
    Restart(AppChange),
    Scale(AppScale),
    Resize(AppResize),
    Delete(AppDelete),
}

pub async fn run(change: &Change, namespace: &Namespace, context: &Context) -> Result<(), Failure> {
    let (application, following) = options(change);
    let client = context.client()?;
    let app = resolve::application(&client, application, namespace).await?;
    if let Change::Delete(args) = change {
        confirm::ask(&format!("delete the application {}", application.name()?), args.confirmation)?;
    }
    let order = started(&client, change, app).await?;
    Rollout::new(context, following).follow(&order).await
}

/// The application and how to follow the change order.
fn options(change: &Change) -> (&Application, &Following) {
    match change {
        Change::Start(args) | Change::Stop(args) | Change::Restart(args) => {
            (&args.application, &args.following)
        }
        Change::Scale(args) => (&args.application, &args.following),
        Change::Resize(args) => (&args.application, &args.following),
        Change::Delete(args) => (&args.application, &args.following),
    }
}

async fn started(client: &Client, change: &Change, app: String) -> Result<ChangeOrder, Failure> {
    Ok(match change {
        Change::Start(_) => client.submit(StartApplication::new(app)).await?,
        Change::Stop(_) => client.submit(StopApplication::new(app)).await?,
        Change::Scale(args) => client.submit(RescaleApplication::new(app, args.replicas)).await?,
        Change::Resize(args) => {
            let (cpu, memory) = (args.cpu.to_string(), args.memory.to_string());
            client.submit(RescaleApplicationVertically::new(app, cpu, memory)).await?
        }
        Change::Delete(_) => client.submit(DeleteApplication::new(app)).await?,
        Change::Restart(_) => client.submit(RestartApplication::new(app)).await?,
    })
}
