//! `sae apply`: changes what is running to match a manifest.

use sae::change_order::ChangeOrder;
use sae::transport::text::{escape_control, escape_control_lines};
use sae_manifest::{Action, Applied, Change, ChangeError, Plan, Waiter};
use serde_json::json;

use crate::args::Limits;
use crate::args::manifest::Apply;
use crate::commands::plan::read;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::follow::Rollout;
use crate::output::report;
use crate::output::status::{self, status};
use crate::output::{confirm, render};

pub async fn run(args: Apply) -> Result<Exit, Failure> {
    let context = Context::new(args.connection, &args.output)?;
    let manifest = read(&args.manifest.file)?;
    let client = context.client()?;
    let plan = Plan::new(&client, &manifest, args.manifest.unlisted()).await?;
    status::part(&escape_control_lines(&plan.to_string()));
    plan.check()?;
    if !plan.is_empty() {
        confirm::ask("make these changes", args.confirmation)?;
    }
    let mut following = Following { context: &context, limits: &args.limits };
    let applied = plan.apply_with(&client, &mut following).await?;
    reported(applied, &context)
}

/// Shows what happens while a plan is applied.
struct Following<'a> {
    context: &'a Context,
    limits: &'a Limits,
}

impl Waiter for Following<'_> {
    type Error = Failure;

    fn begin(&mut self, change: &Change) {
        let [_, doing, _] = sentences(change);
        status!("{} …", escape_control(&doing));
    }

    async fn wait(&mut self, order: &ChangeOrder) -> Result<(), Failure> {
        Rollout::watching(self.context, self.limits).part().follow(order).await
    }
}

/// Prints what is done and what is not.
fn reported(applied: Applied<Failure>, context: &Context) -> Result<Exit, Failure> {
    let done: Vec<_> = applied.done.iter().map(|change| sentences(change)[2].clone()).collect();
    let mut left = Left::default();
    if let Some(failed) = &applied.failed {
        left.take(failed);
    }
    left.not_done.extend(applied.not_done.iter().map(|change| sentences(change)[0].clone()));
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
    let Some(failed) = applied.failed else { return written.map(|()| Exit::DONE) };
    let failure = failed.error;
    report::print(&failure);
    left.print();
    let todo = if goes_on(&failure) {
        "apply the manifest again to continue"
    } else {
        "fix the cause, then apply the manifest again"
    };
    status!("  what to do: {todo}; finished changes aren't repeated");
    if let Err(unwritten) = written {
        report::print(&unwritten);
    }
    Ok(failure.exit())
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
    fn take(&mut self, failed: &ChangeError<Failure>) {
        let [change, ..] = sentences(&failed.change);
        let place = format!("{change}: {}", failed.operation);
        if failed.error.is_outcome_unknown() {
            self.unknown.push(place);
        } else if failed.is_partly_done {
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

/// Whether the change that failed may still be running.
fn goes_on(failure: &Failure) -> bool {
    use crate::failure::RolloutFailure::{Interrupted, TimedOut, WaitingForConfirmation};
    failure.is_outcome_unknown()
        || matches!(failure, Failure::Rollout(WaitingForConfirmation | TimedOut | Interrupted, _))
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
