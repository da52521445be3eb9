//! `sae apply`: makes what there is as a manifest says.

use clap::{ArgMatches, Command};
use sae::Client;
use sae::change_order::ChangeOrder;
use sae::transport::HasData as _;
use serde_json::json;

use super::plan as planning;
use crate::failure::Failure;
use crate::manifest::plan::{Action, Change, Plan};
use crate::manifest::steps::Step;
use crate::render::{self, Output};
use crate::rollout::{self, Rollout};
use crate::session::Printer;
use crate::shown::{shown, shown_lines};
use crate::tell::{self, tell};
use crate::{block_on, confirm, manifest, session};

/// The command line.
pub fn command() -> Command {
    let command = Command::new("apply")
        .about("Make namespaces and applications as a manifest says, and wait until they are")
        .long_about(ABOUT);
    let command = rollout::following(confirm::argument(planning::arguments(command)));
    session::arguments(command, Output::Text).after_help(EXAMPLES)
}

pub fn run(options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let manifest = manifest::read(options.get_one::<String>("file").map_or("", String::as_str))?;
    let client = session::client(options)?;
    block_on(async {
        let plan = Plan::of(&client, &manifest, options.get_flag("prune")).await?;
        tell::part(&shown_lines(&plan.text()));
        if let Some((change, refusal)) =
            plan.changes.iter().find_map(|change| Some((change, change.refusal.as_ref()?)))
        {
            return Err(Failure::other(format!(
                "nothing was done: {} {}: {refusal}",
                change.kind, change.name
            )));
        }
        if !plan.is_empty() {
            confirm::ask("make these changes", options)?;
        }
        carried_out(&client, plan, &printer, options).await
    })
}

/// Makes the changes one after the other; after the first failure, none.
async fn carried_out(
    client: &Client,
    plan: Plan,
    printer: &Printer,
    options: &ArgMatches,
) -> Result<(), Failure> {
    let mut done = Vec::new();
    let mut changes = plan.changes.into_iter();
    let mut failed = None;
    for change in changes.by_ref() {
        let sentence = sentence(&change);
        tell!("{}", shown(&format!("{} {} …", word(change.action), what(&change))));
        match made(client, change, options).await {
            Ok(()) => done.push(sentence),
            Err(failure) => {
                failed = Some((sentence, failure));
                break;
            }
        }
    }
    let left: Vec<_> = failed
        .iter()
        .map(|(sentence, _)| sentence.clone())
        .chain(changes.map(|change| sentence(&change)))
        .collect();
    if printer.is_document() {
        printer.print(&format!("{:#}", json!({ "done": done, "not_done": left })))?;
    } else {
        let lines: String = done.iter().map(|sentence| shown(sentence).into_owned() + "\n").collect();
        render::write(&lines)?;
    }
    let Some((_, failure)) = failed else { return Ok(()) };
    let code = failure.exit_code();
    failure.print();
    for sentence in &left {
        tell!("  not done: {}", shown(sentence));
    }
    tell!("  what to do: remove the cause, then apply the manifest again: what is done isn't done twice");
    Err(Failure::Printed(code))
}

async fn made(client: &Client, change: Change, options: &ArgMatches) -> Result<(), Failure> {
    // Of an application that is created on the way.
    let mut app = None;
    for step in change.steps {
        if let Some(order) = sent(client, step, &mut app).await? {
            Rollout::new(options).part().follow(&order).await?;
        }
    }
    Ok(())
}

/// Sends one call; gives the change order that it started, if it did.
async fn sent(client: &Client, step: Step, app: &mut Option<String>) -> Result<Option<ChangeOrder>, Failure> {
    let or_made = |id: &mut String| {
        if let (true, Some(app)) = (id.is_empty(), app.as_deref()) {
            app.clone_into(id);
        }
    };
    Ok(match step {
        Step::CreateNamespace(request) => {
            client.send(request).await?;
            None
        }
        Step::UpdateNamespace(request) => {
            client.send(request).await?;
            None
        }
        Step::Describe(request) => {
            client.send(request).await?;
            None
        }
        Step::Create(request) => {
            let reply = client.send(*request).await?;
            let made = reply.output.data().cloned().unwrap_or_default();
            *app = made.app_id;
            made.change_order_id.filter(|id| !id.is_empty()).map(|id| client.change_order(id))
        }
        Step::Deploy(mut request) => {
            or_made(&mut request.app_id);
            Some(client.deploy(*request).await?)
        }
        Step::Bind(mut request) => {
            or_made(&mut request.app_id);
            Some(client.submit(request).await?)
        }
        Step::Unbind(request) => Some(client.submit(request).await?),
        Step::Resize(request) => Some(client.submit(request).await?),
        Step::Rescale(request) => Some(client.submit(request).await?),
        Step::Delete(request) => Some(client.submit(request).await?),
    })
}

const fn word(action: Action) -> &'static str {
    match action {
        Action::Create => "creating",
        Action::Update => "changing",
        Action::Delete => "deleting",
    }
}

fn what(change: &Change) -> String {
    format!("{} {}", change.kind, change.name)
}

fn sentence(change: &Change) -> String {
    let action = match change.action {
        Action::Create => "create",
        Action::Update => "change",
        Action::Delete => "delete",
    };
    format!("{action} {}", what(change))
}

const ABOUT: &str = "Make namespaces and applications as a manifest says, and wait until they are.

Shows the plan, asks, and makes the changes one after the other: namespaces first, then applications as the manifest has them. Each \
change order is waited for; the first failure ends it and says what is not done. What the manifest doesn't say stays as it is. Nothing is \
deleted without --prune, and a namespace never.";
const EXAMPLES: &str = "Examples:
  sae apply -f app.toml
  sae apply -f app.toml --yes --wait-timeout 900
  sae apply -f app.toml --prune";
