//! `sae order watch`, `confirm`, `abort` and `rollback`: a change order that exists is followed and steered.

use clap::{Arg, ArgGroup, ArgMatches, Command};
use sae::Client;
use sae::change_order::ChangeOrder;
use sae::model::ListChangeOrders;

use crate::commands::app;
use crate::failure::Failure;
use crate::rollout::{self, Rollout, Wanted, is_over};
use crate::shown::shown;
use crate::tell::tell;
use crate::tree::EXIT_CODES;
use crate::{block_on, session};

pub fn commands() -> [Command; 4] {
    let verb = |name: &'static str, about: &'static str| {
        Command::new(name)
            .about(about)
            .arg(Arg::new("order").value_name("ORDER").help("Identifier of the change order"))
            .arg(
                Arg::new("app")
                    .long("app")
                    .value_name("APP")
                    .help("Application whose latest change order is meant: its name or identifier"),
            )
            .group(ArgGroup::new("which").args(["order", "app"]).required(true))
    };
    let help = |examples: &str| format!("{examples}\n\n{EXIT_CODES}");
    [
        rollout::following(verb("watch", "Follow a change order until it is over or waits for a person"))
            .after_help(help(WATCH_EXAMPLES)),
        rollout::arguments(verb(
            "confirm",
            "Let the batch start that waits for a confirmation, and follow it",
        ))
        .after_help(help(CONFIRM_EXAMPLES)),
        rollout::arguments(verb("abort", "End a change order where it stands: what it has replaced stays"))
            .after_help(help(ABORT_EXAMPLES)),
        rollout::arguments(verb("rollback", "End a change order and restore what there was before"))
            .after_help(help(ROLLBACK_EXAMPLES)),
    ]
}

pub fn run(verb: &str, options: &ArgMatches) -> Result<(), Failure> {
    let client = session::client(options)?;
    let steered = block_on(async {
        let order = named(&client, options).await?;
        let rollout = Rollout::new(options).known();
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
                order.abort().await?;
                rollout.done("told to end").wanted(Wanted::Abortion).follow(&order).await
            }
            _ => {
                order.roll_back().await?;
                rollout.done("told to be taken back").wanted(Wanted::Restoration).follow(&order).await
            }
        }
    });
    match (steered, options.get_one::<String>("order")) {
        (Err(Failure::Call(error)), Some(order)) if error.is_not_found() && !app::is_id(order) => {
            let failure = Failure::Call(error);
            failure.print();
            tell!(
                "  if it is an application: sae order {verb} --app {}{}",
                session::word(order),
                session::repeated(options)
            );
            Err(Failure::Printed(failure.exit_code()))
        }
        (steered, _) => steered,
    }
}

/// The change order that the command line names.
async fn named(client: &Client, options: &ArgMatches) -> Result<ChangeOrder, Failure> {
    if let Some(id) = options.get_one::<String>("order") {
        return Ok(client.change_order(id));
    }
    let app = app::named(client, options).await?;
    let latest = client.items(ListChangeOrders::new(&app).page_size(1)).next().await.transpose()?;
    let Some(latest) = latest else {
        return Err(Failure::usage(format!("application {app} has no change orders")));
    };
    let id = latest.change_order_id.unwrap_or_default();
    let is_active = latest.status.is_some_and(|status| !is_over(&status));
    let kind = latest.co_type.unwrap_or_default();
    tell!("{}: {}{}", shown(&id), shown(&kind), if is_active { "" } else { ", over already" });
    Ok(client.change_order(id))
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
  sae order abort --app shop

The exit code is 0 if it was aborted: that is what was asked for.";
const ROLLBACK_EXAMPLES: &str = "Examples:
  sae order rollback 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order rollback --app shop

A change order that has failed can be rolled back, too, until the next one begins.
The exit code is 0 if what there was before is restored: that is what was asked for.";
