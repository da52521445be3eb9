//! `sae order`.

use clap::{Args, Subcommand};

use super::help::with_exit_codes;
use super::{Application, Confirmation, Connection, Following, Limits, Listing, Namespace, Output};

/// Change orders: what is done to an application, batch by batch.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, mut_arg("output", super::output::table))]
pub struct Order {
    #[command(flatten)]
    pub connection: Connection,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub namespace: Namespace,
    #[command(subcommand)]
    pub verb: OrderVerb,
}

/// What is done with change orders.
#[derive(Debug, Subcommand)]
pub enum OrderVerb {
    /// List the change orders of an application.
    #[command(visible_alias = "ls", after_help = "Example:\n  sae order list shop")]
    List(OrderList),
    /// Show a change order with its batches.
    #[command(after_help = SHOW_EXAMPLES)]
    Show(OrderShow),
    /// Follow a change order until it is over or waits for a person.
    #[command(after_help = with_exit_codes(WATCH_EXAMPLES))]
    Watch(OrderWatch),
    /// Let the batch start that waits for a confirmation, and follow it.
    #[command(after_help = with_exit_codes(CONFIRM_EXAMPLES))]
    Confirm(OrderConfirm),
    /// End a change order where it stands: what it has replaced stays.
    #[command(after_help = with_exit_codes(ABORT_EXAMPLES))]
    Abort(OrderEnd),
    /// End a change order and run the previous version again.
    #[command(after_help = with_exit_codes(ROLLBACK_EXAMPLES))]
    Rollback(OrderEnd),
}

/// Which change order: itself, or the latest one of its application.
#[derive(Args, Clone, Debug)]
#[group(id = "which", required = true, multiple = false)]
pub struct Which {
    /// Identifier of the change order.
    #[arg(value_name = "ORDER")]
    pub order: Option<String>,
    /// Application whose latest change order is meant: its name or identifier.
    #[arg(long, value_name = "APP")]
    pub app: Option<String>,
}

/// `sae order list`.
#[derive(Args, Debug)]
pub struct OrderList {
    #[command(flatten)]
    pub application: Application,
    #[command(flatten)]
    pub listing: Listing,
}

/// `sae order show`.
#[derive(Args, Debug)]
pub struct OrderShow {
    #[command(flatten)]
    pub which: Which,
}

/// `sae order watch`.
#[derive(Args, Debug)]
pub struct OrderWatch {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub limits: Limits,
}

/// `sae order confirm`.
#[derive(Args, Debug)]
pub struct OrderConfirm {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub following: Following,
}

/// `sae order abort` and `rollback`.
#[derive(Args, Debug)]
pub struct OrderEnd {
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub following: Following,
    #[command(flatten)]
    pub confirmation: Confirmation,
}

const EXAMPLES: &str = "Examples:
  sae order list shop
  sae order watch --app shop
  sae order confirm --app shop";
const SHOW_EXAMPLES: &str = "Examples:
  sae order show 8eae0e1c-6c4b-4a3b-a1f4-0a1b2c3d4e5f
  sae order show --app shop --output yaml";
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
