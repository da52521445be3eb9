//! `sae logs`: what the instances of an application write, together.

use std::io::IsTerminal as _;

use sae::ErrorKind;

use crate::args::logs::{InstanceLogs, Logs};
use crate::commands::resolve;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::follow::interruptible;
use crate::output::printer::Printer;
use crate::shell;

mod diff;
mod follower;
mod line;
mod page;
mod wanted;

use follower::LogFollower;
use page::Page;
use wanted::Wanted;

pub async fn run(args: Logs) -> Result<Exit, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let wanted = Wanted::of(&args.lines);
    let page = page(&context.printer, wanted)?;
    let client = context.client()?;
    let app = resolve::application(&client, &args.application, &args.namespace).await?;
    let follower = LogFollower::of_application(client, app, args.instance, wanted);
    shown(follower, page, &context.printer, wanted).await?;
    Ok(Exit::DONE)
}

/// `sae instance logs`.
pub async fn of_instance(args: &InstanceLogs, context: &Context) -> Result<(), Failure> {
    let wanted = Wanted::of(&args.lines);
    let page = page(&context.printer, wanted)?;
    let follower = LogFollower::of_instance(context.client()?, args.instance.clone(), wanted);
    match shown(follower, page, &context.printer, wanted).await {
        Err(Failure::Call(error)) if error.kind() == ErrorKind::Service => {
            let command = format!("sae logs APP --instance {}", shell::word(&args.instance));
            Err(Failure::Call(error).advised(vec![("if it is only the end of an identifier", command)]))
        }
        shown => shown,
    }
}

/// Shows the logs. When following, Ctrl-C is the normal end.
async fn shown(
    mut follower: LogFollower,
    page: Page,
    printer: &Printer,
    wanted: Wanted,
) -> Result<(), Failure> {
    let show = follower.show(page, printer);
    if !wanted.follow {
        return show.await;
    }
    interruptible(Box::pin(show)).await.unwrap_or(Ok(()))
}

fn page(printer: &Printer, wanted: Wanted) -> Result<Page, Failure> {
    if printer.is_document() && wanted.follow {
        return Err(Failure::usage(
            "--follow prints lines without end, not one document; leave out --output or --query",
        ));
    }
    Ok(if printer.is_document() { Page::document() } else { Page::lines(std::io::stdout().is_terminal()) })
}
