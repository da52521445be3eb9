//! `sae order watch`, `confirm`, `abort` and `rollback`: a change order that exists is followed and steered.

use clap::{ArgMatches, Command};
use sae::change_order::Standing;
use sae::model::ChangeOrderSummary;

use super::{named, which};
use sae::transport::text::escape_control;

use crate::commands::app;
use crate::failure::Failure;
use crate::rollout::{self, Rollout, Wanted};
use crate::session::Printer;
use crate::tell::tell;
use crate::{block_on, confirm, session};

pub fn commands() -> [Command; 4] {
    let verb = |name: &'static str, about: &'static str, examples: &'static str| {
        which(Command::new(name).about(about).after_help(examples))
    };
    [
        rollout::following(verb(
            "watch",
            "Follow a change order until it is over or waits for a person",
            WATCH_EXAMPLES,
        )),
        rollout::arguments(verb(
            "confirm",
            "Let the batch start that waits for a confirmation, and follow it",
            CONFIRM_EXAMPLES,
        )),
        confirm::argument(rollout::arguments(verb(
            "abort",
            "End a change order where it stands: what it has replaced stays",
            ABORT_EXAMPLES,
        ))),
        confirm::argument(rollout::arguments(verb(
            "rollback",
            "End a change order and run the previous version again",
            ROLLBACK_EXAMPLES,
        ))),
    ]
}

pub fn run(verb: &str, options: &ArgMatches) -> Result<(), Failure> {
    let printer = Printer::new(options)?;
    let client = session::client(options)?;
    let steered = block_on(async {
        let (order, latest) = named(&client, options).await?;
        latest.iter().for_each(introduce);
        let rollout = Rollout::new(&printer, options).known();
        match verb {
            "watch" => rollout.follow(&order).await,
            "confirm" => {
                let passed = order.read().await?.current_pipeline_id;
                order.confirm().await?;
                if !options.get_flag("no-wait") {
                    tell!("confirmed");
                }
                rollout.done("confirmed").passed(passed).follow(&order).await
            }
            "abort" => {
                confirm::ask(&format!("abort the change order {}", order.id()), options)?;
                order.abort().await?;
                rollout.done("told to end").wanted(Wanted::Abortion).follow(&order).await
            }
            _ => {
                let question =
                    format!("roll back the change order {} and run the previous version again", order.id());
                confirm::ask(&question, options)?;
                order.roll_back().await?;
                rollout.done("told to be taken back").wanted(Wanted::Restoration).follow(&order).await
            }
        }
    });
    match (steered, options.get_one::<String>("order")) {
        (Err(Failure::Call(error)), Some(order)) if error.is_not_found() && !app::is_id(order) => {
            let command =
                format!("sae order {verb} --app {}{}", session::word(order), session::repeated(options));
            Err(Failure::Call(error).advised(vec![("if it is an application", command)]))
        }
        (steered, _) => steered,
    }
}

/// Says which one is meant by the name of its application.
fn introduce(latest: &ChangeOrderSummary) {
    let id = latest.change_order_id.as_deref().unwrap_or_default();
    let kind = latest.co_type.as_deref().unwrap_or_default();
    let over = if Standing(latest.status.as_ref()).is_over() { ", over already" } else { "" };
    tell!("{}: {}{over}", escape_control(id), escape_control(kind));
}

const WATCH_EXAMPLES: &str = "Examples:
  sae order watch 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order watch --app shop --wait-timeout 10m

Ctrl-C ends the watching alone, with exit code 1; the change order goes on.";
const CONFIRM_EXAMPLES: &str = "Examples:
  sae order confirm 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order confirm --app shop --no-wait";
const ABORT_EXAMPLES: &str = "Examples:
  sae order abort 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order abort --app shop --yes

The exit code is 0 if it was aborted: that is what was asked for.";
const ROLLBACK_EXAMPLES: &str = "Examples:
  sae order rollback 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order rollback --app shop --yes

A change order that has failed can be rolled back, too, until the next one begins.
The exit code is 0 if the previous version is running again: that is what was asked for.";
