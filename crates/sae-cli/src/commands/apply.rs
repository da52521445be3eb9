//! `sae apply`: changes what is running to match a manifest.

use sae::Client;
use sae::change_order::ChangeOrder;
use sae::transport::HasData as _;
use sae::transport::text::{escape_control, escape_control_lines};
use serde_json::json;

use crate::args::Limits;
use crate::args::manifest::Apply;
use crate::commands::plan::read;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::follow::Rollout;
use crate::manifest::change::{Action, Change};
use crate::manifest::plan::Plan;
use crate::manifest::steps::Step;
use crate::output::report;
use crate::output::status::{self, status};
use crate::output::{confirm, render};

pub async fn run(args: Apply) -> Result<Exit, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let manifest = read(&args.manifest.file)?;
    let client = context.client()?;
    let plan = Plan::of(&client, &manifest, args.manifest.prune).await?;
    status::part(&escape_control_lines(&plan.text()));
    plan.check()?;
    if !plan.is_empty() {
        confirm::ask("make these changes", args.confirmation)?;
    }
    carried_out(&client, plan, &args.limits, &context).await
}

/// Makes one change after the other; stops at the first failure.
async fn carried_out(
    client: &Client,
    plan: Plan,
    limits: &Limits,
    context: &Context,
) -> Result<Exit, Failure> {
    let mut done = Vec::new();
    let mut changes = plan.changes.into_iter();
    let mut ended = None;
    for change in changes.by_ref() {
        let [to_do, doing, finished] = sentences(&change);
        status!("{} …", escape_control(&doing));
        match made(client, change, limits, context).await {
            Ok(()) => done.push(finished),
            Err(end) => {
                ended = Some((to_do, end));
                break;
            }
        }
    }
    let mut left = Left::default();
    if let Some((change, end)) = &ended {
        left.take(change.clone(), end);
    }
    left.not_done.extend(changes.map(|change| sentences(&change)[0].clone()));
    let written = if context.printer.is_document() {
        let document = json!({
            "done": done,
            "not_finished": left.not_finished,
            "unknown": left.unknown,
            "not_done": left.not_done,
        });
        context.printer.print(&format!("{document:#}"))
    } else {
        let lines: String =
            done.iter().map(|sentence| escape_control(sentence).into_owned() + "\n").collect();
        render::write(&lines)
    };
    let Some((_, end)) = ended else { return written.map(|()| Exit::DONE) };
    report::print(&end.failure);
    left.print();
    let todo = if end.goes_on() {
        "apply the manifest again to continue"
    } else {
        "fix the cause, then apply the manifest again"
    };
    status!("  what to do: {todo}; finished changes aren't repeated");
    if let Err(unwritten) = written {
        report::print(&unwritten);
    }
    Ok(end.failure.exit())
}

/// What is not done after a failure.
#[derive(Default)]
struct Left {
    not_finished: Vec<String>,
    unknown: Vec<String>,
    not_done: Vec<String>,
}

impl Left {
    /// Adds the change that failed.
    fn take(&mut self, change: String, end: &End) {
        let place = format!("{change}: {}", end.operation);
        if end.failure.is_outcome_unknown() {
            self.unknown.push(place);
        } else if end.is_begun {
            self.not_finished.push(place);
        } else {
            self.not_done.push(change);
        }
    }

    fn print(&self) {
        let all =
            [("not finished", &self.not_finished), ("unknown", &self.unknown), ("not done", &self.not_done)];
        for (word, sentences) in all {
            for sentence in sentences {
                status!("  {word}: {}", escape_control(sentence));
            }
        }
    }
}

/// Where and why a change stopped.
struct End {
    failure: Failure,
    /// The operation that failed.
    operation: &'static str,
    /// Whether any step of the change was done.
    is_begun: bool,
}

impl End {
    /// Whether the change may still be running.
    fn goes_on(&self) -> bool {
        use crate::failure::RolloutFailure::{Interrupted, TimedOut, WaitingForConfirmation};
        self.failure.is_outcome_unknown()
            || matches!(self.failure, Failure::Rollout(WaitingForConfirmation | TimedOut | Interrupted, _))
    }
}

async fn made(client: &Client, change: Change, limits: &Limits, context: &Context) -> Result<(), End> {
    // The ID of an application that an earlier step created.
    let mut app = None;
    let mut is_begun = false;
    for step in change.steps {
        let operation = step.operation();
        let sent = sent(client, step, &mut app).await;
        let order = sent.map_err(|failure| End { failure, operation, is_begun })?;
        is_begun = true;
        if let Some(order) = order {
            let followed = Rollout::watching(context, limits).part().follow(&order).await;
            followed.map_err(|failure| End { failure, operation, is_begun })?;
        }
    }
    Ok(())
}

/// Sends one call and returns the change order that it started, if any.
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
        Step::Follow(order) => Some(client.change_order(order)),
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
        Step::Start(request) => Some(client.submit(request).await?),
        Step::Delete(request) => Some(client.submit(request).await?),
    })
}

/// A change in words: to do, in progress, done.
fn sentences(change: &Change) -> [String; 3] {
    let words = match change.action {
        Action::Create => ["create", "creating", "created"],
        Action::Update => ["change", "changing", "changed"],
        Action::Delete => ["delete", "deleting", "deleted"],
    };
    words.map(|word| format!("{word} {} {}", change.kind, change.name))
}
